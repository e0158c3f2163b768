// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/http-internal.h"

#include <string.h>
#include <strings.h>

#include "secret.h"

static const char *const names[_HTTP_HEADER_MAX] = {
	[HTTP_HOST] = "Host",
	[HTTP_ORIGIN] = "Origin",
	[HTTP_REFERER] = "Referer",
	[HTTP_FETCH_SITE] = "Sec-Fetch-Site",
	[HTTP_FETCH_MODE] = "Sec-Fetch-Mode",
	[HTTP_FETCH_DEST] = "Sec-Fetch-Dest",
	[HTTP_CONTENT_TYPE] = "Content-Type",
	[HTTP_UPGRADE] = "Upgrade",
	[HTTP_WS_KEY] = "Sec-WebSocket-Key",
	[HTTP_WS_VERSION] = "Sec-WebSocket-Version",
	[HTTP_ASKS_HEADERS] = "Access-Control-Request-Headers",
	[HTTP_ASKS_NETWORK] = "Access-Control-Request-Private-Network",
};

struct head {
	struct http_request *request;
	size_t size;
	unsigned long long length;	/* of the body, as announced */
	bool bad;
};

static enum http_method method_of(const char *word)
{
	static const char *const words[] = {
		[HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_OPTIONS] = "OPTIONS",
	};

	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		if (strcmp(word, words[i]) == 0)
			return i;
	return HTTP_OTHER;
}

/* "Origin : …" is another header for the library, and might be the same one for who sent it. */
static bool is_token(const char *name)
{
	return *name && name[strspn(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name,
				   const char *value)
{
	struct head *head = cls;

	if (!value)
		value = "";
	head->size += strlen(name) + strlen(value) + 4;
	if (!is_token(name))
		head->bad = true;
	if (strcasecmp(name, "Content-Length") == 0)
		head->length = strtoull(value, NULL, 10);
	for (int i = 0; i < _HTTP_HEADER_MAX; i++) {
		if (strcasecmp(name, names[i]) != 0)
			continue;
		/* Given twice, it would be open which one counts. */
		if (head->request->header[i])
			head->bad = true;
		head->request->header[i] = value;
	}
	return MHD_YES;
}

static void take_head(struct connection *c, const char *method)
{
	struct http_request *r = &c->request;
	struct head head = { .request = r, .size = strlen(r->target) + strlen(method) + 12 };

	MHD_get_connection_values(c->mhd, MHD_HEADER_KIND, take_header, &head);
	r->method = method_of(method);
	if (head.size > HTTP_HEAD_MAX)
		r->status = MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
	else if (head.length > HTTP_BODY_MAX)
		r->status = MHD_HTTP_CONTENT_TOO_LARGE;
	else if (r->method == HTTP_OTHER)
		r->status = MHD_HTTP_METHOD_NOT_ALLOWED;
	else if (head.bad || (r->target[0] != '/' && r->method != HTTP_OPTIONS))
		r->status = MHD_HTTP_BAD_REQUEST;
}

/* A body without a length may be longer than it is allowed to be: the rest is thrown away. */
static void take_body(struct connection *c, const char *data, size_t size)
{
	struct http_request *r = &c->request;

	if (r->body_size + size > HTTP_BODY_MAX) {
		r->status = MHD_HTTP_CONTENT_TOO_LARGE;
		return;
	}
	memcpy(r->body + r->body_size, data, size);
	r->body_size += size;
}

/* In the library's call, and only there, a response can be queued or the connection suspended. */
static enum MHD_Result go_on(struct connection *c)
{
	if (c->left)
		return MHD_NO;
	if (c->response)
		return reply_queue(c);
	connection_suspend(c);
	return MHD_YES;
}

static enum MHD_Result deliver(struct connection *c)
{
	connection_set_deadline(c, 0);
	c->delivered = true;
	c->http->callbacks.request(c->http->userdata, &c->request);
	return go_on(c);
}

void *request_on_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct connection *c =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;

	/* One request for each connection: another has not waited for the reply. */
	if (!c || c->request.target)
		return NULL;
	c->request.target = strdup(uri);
	c->request.body = secret_alloc(HTTP_BODY_MAX + 1);
	return c->request.target && c->request.body ? c : NULL;
}

enum MHD_Result request_on_data(void *cls, struct MHD_Connection *mhd, const char *url,
				const char *method, const char *version, const char *data,
				size_t *size, void **userdata)
{
	struct connection *c = *userdata;

	if (!c)
		return MHD_NO;
	if (!c->begun) {
		c->begun = true;
		take_head(c, method);
		/* Its body, if there is one, is not waited for. */
		return c->request.status ? deliver(c) : MHD_YES;
	}
	if (*size) {
		take_body(c, data, *size);
		*size = 0;
		return MHD_YES;
	}
	return c->delivered ? go_on(c) : deliver(c);
}

void request_on_completed(void *cls, struct MHD_Connection *mhd, void **userdata,
			  enum MHD_RequestTerminationCode why)
{
	struct connection *c = *userdata;

	*userdata = NULL;
	if (c)
		connection_gone(c);
}
