// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that watches, and one that reads one card, with the library. Input: the lines that the
 * daemon sends to each, before it goes.
 */
#include <jansson.h>
#include <sys/socket.h>

#include "fuzz.h"
#include "libidcard-internal.h"

/* A client past its greeting, and the other end. */
static idcard_client *open_client(int *ret_daemon)
{
	idcard_client *c = calloc(1, sizeof(*c));
	int fds[2];

	FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
	stream_open(&c->stream, fds[0]);
	*ret_daemon = fds[1];
	return c;
}

static void say(int daemon, const uint8_t *data, size_t size)
{
	if (size)
		FUZZ_CHECK(send(daemon, data, size, MSG_NOSIGNAL) == (ssize_t)size);
	shutdown(daemon, SHUT_WR);
}

/* An identity is a whole line that was sent. */
static void check_identity(idcard_identity *identity, const uint8_t *data, size_t size, bool reply)
{
	const char *line = idcard_identity_json(identity);
	json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	FUZZ_CHECK(memmem(data, size, line, strlen(line)));
	FUZZ_CHECK(strcmp(idcard_identity_get(identity, "class"), "IDENTITY") == 0);
	/* A number that jansson does not hold is no reason to refuse the line. */
	FUZZ_CHECK(!object || !json_object_get(object, "id") == !reply);
	json_decref(object);
	idcard_identity_free(identity);
}

static void check_error(const idcard_client *c)
{
	const char *code = idcard_client_error_code(c);

	FUZZ_CHECK(!code || strlen(code) < CLIENT_CODE_SIZE);
	FUZZ_CHECK(!code == !idcard_client_error_message(c, 0));
	FUZZ_CHECK(!code == !idcard_client_error_message(c, 1));
}

static void watch(const uint8_t *data, size_t size)
{
	idcard_identity *identity;
	size_t lines = 1, results = 0;
	int daemon, r;
	idcard_client *c = open_client(&daemon);

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	FUZZ_CHECK(idcard_watch(c, NULL) == 0);
	say(daemon, data, size);
	do {
		identity = NULL;
		r = idcard_next(c, 0, &identity);
		FUZZ_CHECK((r == 1) == !!identity);
		FUZZ_CHECK(r != 0 && ++results <= lines + 1);
		check_error(c);
		if (identity) {
			/* Not before the watch was in force. */
			FUZZ_CHECK(c->watch == CLIENT_WATCH_ON);
			check_identity(identity, data, size, false);
		}
	} while (r != -EPIPE && r != -EMSGSIZE && c->watch != CLIENT_WATCH_OFF);
	idcard_client_close(c);
	safe_close(daemon);
}

static void read_one(const uint8_t *data, size_t size)
{
	idcard_identity *identity = NULL;
	int daemon, r;
	idcard_client *c = open_client(&daemon);

	say(daemon, data, size);
	r = idcard_read(c, NULL, 100, &identity);
	FUZZ_CHECK(r <= 0 && !r == !!identity);
	check_error(c);
	if (identity)
		check_identity(identity, data, size, true);
	idcard_client_close(c);
	safe_close(daemon);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	watch(data, size);
	read_one(data, size);
	return 0;
}
