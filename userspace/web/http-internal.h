/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of HTTP: http.c has the ports and the connections, http-request.c the requests,
 * http-reply.c the replies.
 */
#ifndef IDCARD_WEB_HTTP_INTERNAL_H
#define IDCARD_WEB_HTTP_INTERNAL_H

#include <microhttpd.h>
#include <sys/queue.h>

#include "web/http.h"

struct connection {
	LIST_ENTRY(connection) link;
	struct http_request request;	/* the only one */
	struct http *http;
	int fd;				/* of the library */
	struct MHD_Connection *mhd;	/* NULL: not known there yet */
	struct MHD_Response *response;	/* to be queued */
	unsigned int status;
	struct http_stream *stream;
	http_taken_t taken;
	struct MHD_UpgradeResponseHandle *upgraded;
	sd_event_source *deadline;
	sd_event_source *hangup;	/* while suspended: the library does not look then */
	bool begun;			/* the head is there */
	bool delivered;			/* to the owner, who has not been told that it is gone */
	bool answered;
	bool suspended;
	bool left;			/* the client, or we do not want it any more */
};

struct listener {
	LIST_ENTRY(listener) link;
	struct http *http;
	void *port;
	int fd;
	sd_event_source *io;
};

struct http {
	sd_event *event;
	struct http_callbacks callbacks;
	void *userdata;
	struct MHD_Daemon *daemon;
	sd_event_source *io;
	sd_event_source *again;		/* the library has work that no descriptor shows */
	LIST_HEAD(, listener) listeners;
	LIST_HEAD(, connection) connections;	/* the youngest first */
	unsigned int n_connections;
};

/* http.c */
void http_kick(struct http *h);
void connection_set_deadline(struct connection *c, unsigned int seconds);	/* 0: none */
void connection_suspend(struct connection *c);
void connection_resume(struct connection *c);
/* Ends it from outside; the library notices. */
void connection_drop(struct connection *c);
/* Tells the owner, once. */
void connection_gone(struct connection *c);

/* http-request.c: callbacks of the library. */
void *request_on_uri(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result request_on_data(void *cls, struct MHD_Connection *mhd, const char *url,
				const char *method, const char *version, const char *data,
				size_t *size, void **userdata);
void request_on_completed(void *cls, struct MHD_Connection *mhd, void **userdata,
			  enum MHD_RequestTerminationCode why);

/* http-reply.c: hands what is to be sent to the library. */
enum MHD_Result reply_queue(struct connection *c);

static inline struct connection *connection_of(struct http_request *request)
{
	return (struct connection *)((char *)request - offsetof(struct connection, request));
}

#endif
