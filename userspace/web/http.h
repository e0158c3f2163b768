/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP: requests on ports of this computer, in the loop of sd-event. Each connection carries one
 * request, knows the user behind it, and has a deadline for everything. What a request may have,
 * and what it gets, is for the owner to say.
 *
 * Below it is libmicrohttpd; nothing of that is seen here.
 */
#ifndef IDCARD_WEB_HTTP_H
#define IDCARD_WEB_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "util.h"
#include "web/user.h"

/* The tests wait for its end. */
#ifdef IDCARD_TESTING
enum { HTTP_REQUEST_S = 2 };
#else
enum { HTTP_REQUEST_S = 10 };	/* until a request is complete */
#endif

enum {
	HTTP_HEAD_MAX = 8 * 1024,	/* request line and headers */
	HTTP_BODY_MAX = 4 * 1024,
	HTTP_REPLY_S = 30,		/* until a reply is taken */
	HTTP_CONNECTIONS_MAX = 512,
	HTTP_CONNECTIONS_PER_UID = 64,
	HTTP_BACKLOG_MAX = 1024 * 1024,	/* of a stream, not yet taken */
};

enum http_method {
	HTTP_GET,
	HTTP_POST,
	HTTP_OPTIONS,
	HTTP_OTHER,
};

/* Those that matter; NULL: not there. */
enum http_header {
	HTTP_HOST,
	HTTP_ORIGIN,
	HTTP_REFERER,
	HTTP_FETCH_SITE,
	HTTP_FETCH_MODE,
	HTTP_FETCH_DEST,
	HTTP_CONTENT_TYPE,
	HTTP_UPGRADE,
	HTTP_WS_KEY,
	HTTP_WS_VERSION,
	HTTP_ASKS_HEADERS,	/* Access-Control-Request-Headers */
	HTTP_ASKS_NETWORK,	/* Access-Control-Request-Private-Network */
	_HTTP_HEADER_MAX,
};

struct http;
struct http_stream;

struct http_request {
	void *port;			/* as given to http_listen() */
	struct user user;
	enum http_method method;
	char *target;			/* as it was sent */
	const char *header[_HTTP_HEADER_MAX];
	unsigned int status;		/* not 0: it is no request, and this is what it deserves */
	char *body;			/* NUL-terminated; secret */
	size_t body_size;
	void *userdata;			/* the owner's; NULL at first */
};

struct http_callbacks {
	/*
	 * A whole request. It is answered by one of the three functions below, now or later. Until
	 * then, or until ->gone, the owner may keep it.
	 */
	void (*request)(void *userdata, struct http_request *request);
	/* It is gone, answered or not: the client left, or it is done with. */
	void (*gone)(void *userdata, struct http_request *request);
	/* There is a connection, or there is none any more. */
	void (*busy)(void *userdata, bool busy);
};

int http_new(sd_event *event, const struct http_callbacks *callbacks, void *userdata,
	     struct http **ret);
/* Every request is gone afterwards. Sockets that were handed over must be given back before. */
struct http *http_free(struct http *h);
DEFINE_CLEANUP(struct http *, http_free)

/*
 * Serves @port of 127.0.0.1 and, where there is IPv6, of ::1. -EADDRINUSE: another program has it;
 * -EADDRNOTAVAIL is never given for IPv6 alone.
 */
int http_listen(struct http *h, uint16_t port, void *userdata);

/* user_check() with the first port. */
int http_check_users(struct http *h);

struct http_field {
	const char *name, *value;
};

/*
 * A whole reply. @body is secret memory and taken over; @fields end with a NULL name. Only the
 * first reply counts.
 */
void http_reply(struct http_request *request, unsigned int status, const struct http_field *fields,
		char *body, size_t size);

/*
 * A reply that goes on; what is added later is sent at once, all of it or nothing. A client that
 * does not take it in time is dropped. NULL when memory is short.
 */
struct http_stream *http_stream(struct http_request *request, const struct http_field *fields);
void http_stream_add(struct http_stream *s, const char *text, size_t size);
/* Ends it, in the middle of whatever is not yet taken. The request is gone soon. */
void http_stream_drop(struct http_stream *s);

/*
 * The socket instead of a reply: ->taken is called with it when the client knows. It is
 * non-blocking, must not be closed, and is given back by http_give_back(), after which the request
 * is gone.
 */
typedef void (*http_taken_t)(struct http_request *request, int fd, const void *early, size_t size);
void http_hand_over(struct http_request *request, const struct http_field *fields,
		    http_taken_t taken);
void http_give_back(struct http_request *request);

#endif
