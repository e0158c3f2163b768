// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "ctl.h"
#include "errors.h"
#include "secret.h"
#include "stream.h"

enum { REQUEST_ID = 1 };

static int status_of(enum idcard_error e)
{
	switch (e) {
	case IDCARD_ERROR_PERMISSION_DENIED:
		return CTL_DENIED;
	case IDCARD_ERROR_NO_READER:
		return CTL_NO_READER;
	case IDCARD_ERROR_TIMED_OUT:
		return CTL_TIMED_OUT;
	case IDCARD_ERROR_NO_DAEMON:
		return CTL_NO_DAEMON;
	default:
		return CTL_FAILED;
	}
}

static int fail(const struct ctl *c, enum idcard_error e)
{
	fprintf(stderr, "idcardctl: %s\n", idcard_error_text(e, c->chinese));
	return status_of(e);
}

int ctl_connect(struct ctl *c)
{
	const char *path = stream_path(c->socket);
	int r;

	r = idcard_client_open(path, &c->client);
	switch (r) {
	case 0:
		return CTL_OK;
	case -EACCES:
	case -EPERM:
		return fail(c, IDCARD_ERROR_PERMISSION_DENIED);
	case -EUSERS:
		return fail(c, IDCARD_ERROR_TOO_MANY);
	case -ENOENT:
	case -ECONNREFUSED:
	case -ETIMEDOUT:
		return fail(c, IDCARD_ERROR_NO_DAEMON);
	case -EPROTO:
		complain(c, MSG_INCOMPATIBLE, path);
		return CTL_FAILED;
	default:
		complain(c, MSG_CONNECT_FAILED, path, strerror(-r));
		return CTL_FAILED;
	}
}

json_t *ctl_request(const struct ctl *c, const char *class)
{
	return json_pack("{s:s, s:s, s:i, s:b, s:b, s:b}", "class", class,
			 "portrait", c->wishes.portrait ? c->wishes.portrait : "none",
			 "portrait_scale", (int)c->wishes.scale,
			 "fingerprint", c->wishes.fingerprint, "new_address", c->wishes.new_address,
			 "map_private_use", c->wishes.map_private_use);
}

int ctl_send(struct ctl *c, json_t *request)
{
	json_auto_t *object = request;
	_cleanup_secret_ char *text = NULL;
	int r;

	json_object_set_new(object, "id", json_integer(REQUEST_ID));
	text = json_dumps(object, JSON_COMPACT);
	r = text ? idcard_client_send(c->client, text) : -ENOMEM;
	/* the daemon may have said why it closed: that is still to be read */
	if (r < 0 && r != -EPIPE) {
		complain(c, MSG_CONNECT_FAILED, stream_path(c->socket), strerror(-r));
		return CTL_FAILED;
	}
	return CTL_OK;
}

int ctl_receive(struct ctl *c, int timeout_ms, const char **ret_line, json_t **ret)
{
	const char *line;
	json_t *object;
	int r;

	r = idcard_client_receive(c->client, timeout_ms, &line);
	if (r == 0)
		return CTL_TIMED_OUT;
	if (r < 0) {
		complain(c, MSG_CONNECTION_LOST);
		return CTL_NO_DAEMON;
	}
	object = json_loads(line, 0, NULL);
	if (!json_is_object(object)) {
		json_decref(object);
		complain(c, MSG_NOT_JSON);
		return CTL_FAILED;
	}
	*ret_line = line;
	*ret = object;
	return CTL_OK;
}

bool ctl_is_reply(const json_t *object)
{
	return json_integer_value(json_object_get(object, "id")) == REQUEST_ID;
}

int ctl_error_status(const json_t *error)
{
	return status_of(idcard_error_from_code(json_text(error, "code")));
}

/* What ends a connection before it began: an ERROR that is neither a reply nor about a reader. */
static bool is_refusal(const json_t *object)
{
	return strcmp(json_text(object, "class"), "ERROR") == 0 && !json_object_get(object, "reader") &&
	       !json_object_get(object, "id");
}

/* The line as it came; but a portrait that goes to a file goes nowhere else. */
static void print_reply(const struct ctl *c, const char *line, json_t *object)
{
	json_t *portrait = json_object_get(object, "portrait");
	json_t *data = c->output ? json_incref(json_object_get(portrait, "data")) : NULL;
	_cleanup_secret_ char *text = NULL;

	if (!data) {
		puts(line);
		return;
	}
	json_object_del(portrait, "data");
	text = json_dumps(object, JSON_COMPACT);
	if (text)
		puts(text);
	json_object_set_new(portrait, "data", data);
}

int ctl_reply(struct ctl *c, int timeout_ms, json_t **ret)
{
	uint64_t deadline = now_usec() + (uint64_t)timeout_ms * 1000;

	for (;;) {
		uint64_t now = now_usec();
		int left = now < deadline ? (int)((deadline - now) / 1000) : 0;
		json_auto_t *object = NULL;
		const char *line;
		int r;

		r = ctl_receive(c, left, &line, &object);
		if (r == CTL_TIMED_OUT)
			return fail(c, IDCARD_ERROR_NO_DAEMON);
		if (r != CTL_OK)
			return r;
		if (!ctl_is_reply(object) && !is_refusal(object))
			continue;
		if (c->json)
			print_reply(c, line, object);
		if (strcmp(json_text(object, "class"), "ERROR") == 0) {
			if (!c->json)
				complain_error(c, object);
			return ctl_error_status(object);
		}
		*ret = json_incref(object);
		return CTL_OK;
	}
}
