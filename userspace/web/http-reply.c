// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/http-internal.h"

#include <fcntl.h>
#include <string.h>

#include "secret.h"

enum { STREAM_BLOCK = 16 * 1024 };

struct http_stream {
	struct connection *connection;
	char *data;			/* secret; what the client has not taken */
	size_t size, allocated;
};

static void free_body(void *body)
{
	secret_free(body);
}

static void add_fields(struct MHD_Response *response, const struct http_field *fields)
{
	for (; fields->name; fields++)
		if (fields->value)
			MHD_add_response_header(response, fields->name, fields->value);
}

static void answer(struct connection *c, unsigned int status, struct MHD_Response *response,
		   const struct http_field *fields)
{
	if (!response) {
		connection_drop(c);
		return;
	}
	add_fields(response, fields);
	c->response = response;
	c->status = status;
	c->answered = true;
	connection_resume(c);
}

enum MHD_Result reply_queue(struct connection *c)
{
	struct MHD_Response *response = c->response;
	enum MHD_Result r;

	c->response = NULL;
	connection_set_deadline(c, HTTP_REPLY_S);
	r = MHD_queue_response(c->mhd, c->status, response);
	MHD_destroy_response(response);
	return r;
}

void http_reply(struct http_request *request, unsigned int status, const struct http_field *fields,
		char *body, size_t size)
{
	struct connection *c = connection_of(request);
	struct MHD_Response *response;

	if (c->answered || c->left) {
		secret_free(body);
		return;
	}
	response = MHD_create_response_from_buffer_with_free_callback(size, body, free_body);
	if (!response)
		secret_free(body);
	else
		MHD_add_response_header(response, "Connection", "close");
	answer(c, status, response, fields);
}

/* ---- Streams ------------------------------------------------------------------------------- */

static ssize_t on_room(void *cls, uint64_t position, char *ret, size_t max)
{
	struct http_stream *s = cls;
	struct connection *c = s->connection;
	size_t n = s->size < max ? s->size : max;

	/* Not as an error: the library keeps such a one until all older connections have gone. */
	if (c->left)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0) {
		/* What was sent before is still there, and would stay while the stream waits. */
		explicit_bzero(ret, max);
		connection_set_deadline(c, 0);
		connection_suspend(c);
		return 0;
	}
	memcpy(ret, s->data, n);
	s->size -= n;
	memmove(s->data, s->data + n, s->size);
	explicit_bzero(s->data + s->size, n);
	return n;
}

static void free_stream(void *cls)
{
	struct http_stream *s = cls;

	s->connection->stream = NULL;
	secret_free(s->data);
	free(s);
}

struct http_stream *http_stream(struct http_request *request, const struct http_field *fields)
{
	struct connection *c = connection_of(request);
	struct http_stream *s = calloc(1, sizeof(*s));
	struct MHD_Response *response;

	if (!s || c->answered || c->left) {
		free(s);
		return NULL;
	}
	s->connection = c;
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, on_room, s,
						     free_stream);
	if (!response) {
		free(s);
		return NULL;
	}
	c->stream = s;
	answer(c, MHD_HTTP_OK, response, fields);
	return s;
}

static int grow(struct http_stream *s, size_t need)
{
	size_t size = s->allocated ? s->allocated : STREAM_BLOCK;
	char *data;

	if (need <= s->allocated)
		return 0;
	if (need > HTTP_BACKLOG_MAX)
		return -ENOBUFS;
	while (size < need)
		size *= 2;
	data = secret_alloc(size);
	if (!data)
		return -ENOMEM;
	if (s->size)
		memcpy(data, s->data, s->size);
	secret_free(s->data);
	s->data = data;
	s->allocated = size;
	return 0;
}

void http_stream_add(struct http_stream *s, const char *text, size_t size)
{
	struct connection *c = s->connection;

	if (c->left)
		return;
	if (grow(s, s->size + size) < 0) {
		connection_drop(c);
		return;
	}
	if (s->size == 0)
		connection_set_deadline(c, HTTP_REPLY_S);
	memcpy(s->data + s->size, text, size);
	s->size += size;
	connection_resume(c);
}

void http_stream_drop(struct http_stream *s)
{
	connection_drop(s->connection);
}

/* ---- Sockets handed over ------------------------------------------------------------------- */

static void on_upgrade(void *cls, struct MHD_Connection *mhd, void *userdata, const char *early,
		       size_t size, MHD_socket fd, struct MHD_UpgradeResponseHandle *upgraded)
{
	struct connection *c = cls;

	c->upgraded = upgraded;
	connection_set_deadline(c, 0);
	if (c->left || fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		http_give_back(&c->request);
	else
		c->taken(&c->request, fd, early, size);
}

void http_hand_over(struct http_request *request, const struct http_field *fields,
		    http_taken_t taken)
{
	struct connection *c = connection_of(request);

	if (c->answered || c->left)
		return;
	c->taken = taken;
	answer(c, MHD_HTTP_SWITCHING_PROTOCOLS, MHD_create_response_for_upgrade(on_upgrade, c),
	       fields);
}

void http_give_back(struct http_request *request)
{
	struct connection *c = connection_of(request);
	struct MHD_UpgradeResponseHandle *upgraded = c->upgraded;

	if (!upgraded)
		return;
	c->upgraded = NULL;
	c->left = true;
	MHD_upgrade_action(upgraded, MHD_UPGRADE_ACTION_CLOSE);
	http_kick(c->http);
}
