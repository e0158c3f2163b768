// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One card, any card, through the socket and through /dev/idcard. Of what comes only the number of
 * bytes is kept, and the event's number, by which both are known to be the same.
 */
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "ctl.h"
#include "doctor.h"
#include "secret.h"

enum {
	NODE_MS = 5000,		/* that /dev/idcard may come after the socket */
	LINE_MAX_SIZE = 65536,
};

struct trying {
	struct ctl *c;
	struct doctor_trial *t;
	int node;
	char *line;		/* of the node, as far as it came */
	size_t size;
	bool whole;
	double whole_after;	/* seconds */
	uint64_t placed;	/* when, or when it was asked for */
	json_int_t seq;
};

static double seconds_since(uint64_t then)
{
	return (double)(now_usec() - then) / 1e6;
}

static json_int_t number_of_event(const json_t *object)
{
	return json_integer_value(json_object_get(object, "seq"));
}

/* True: the placement has ended, well or not. */
static bool take_object(struct trying *y, const char *line, const json_t *object)
{
	const char *class = json_text(object, "class");

	if (strcmp(class, "CARD") == 0 && strcmp(json_text(object, "event"), "placed") == 0)
		y->placed = now_usec();
	if (strcmp(class, "ERROR") == 0 && json_is_true(json_object_get(object, "placement"))) {
		y->t->socket = -1;
		snprintf(y->t->error, sizeof(y->t->error), "%s", json_text(object, "code"));
		return true;
	}
	if (strcmp(class, "IDENTITY") != 0)
		return false;
	y->t->socket = 1;
	y->t->size = strlen(line);
	y->t->seconds = seconds_since(y->placed);
	y->seq = number_of_event(object);
	return true;
}

/* All that has come. */
static bool take_socket(struct trying *y)
{
	const char *line;
	int r;

	while ((r = idcard_client_receive(y->c->client, 0, &line)) > 0) {
		json_auto_t *object = json_loads(line, 0, NULL);

		if (object && take_object(y, line, object))
			return true;
	}
	if (r < 0)
		y->t->socket = -1;
	return r < 0;
}

static void take_node(struct trying *y)
{
	/* A line without an end is as bad as none. */
	ssize_t n = y->size < LINE_MAX_SIZE ?
		    read(y->node, y->line + y->size, LINE_MAX_SIZE - y->size) : 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		y->node = safe_close(y->node);
		return;
	}
	y->size += n;
	/* Something was read into it. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	if (y->line[y->size - 1] != '\n')
		return;
	y->line[--y->size] = '\0';
	y->whole = true;
	y->whole_after = seconds_since(y->placed);
}

static int left(uint64_t deadline)
{
	uint64_t now = now_usec();

	return now < deadline ? (int)((deadline - now) / 1000) + 1 : 0;
}

static void wait_for_card(struct trying *y, uint64_t deadline)
{
	bool done = take_socket(y);

	while (!done && now_usec() < deadline) {
		struct pollfd p[] = {
			{ .fd = idcard_client_fd(y->c->client), .events = POLLIN },
			{ .fd = y->whole ? -1 : y->node, .events = POLLIN },
		};

		if (poll(p, ELEMENTSOF(p), left(deadline)) <= 0)
			continue;
		if (p[1].revents)
			take_node(y);
		if (p[0].revents)
			done = take_socket(y);
	}
}

static void wait_for_node(struct trying *y)
{
	uint64_t deadline = now_usec() + NODE_MS * UINT64_C(1000);

	while (y->node >= 0 && !y->whole && now_usec() < deadline) {
		struct pollfd p = { .fd = y->node, .events = POLLIN };

		if (poll(&p, 1, left(deadline)) > 0)
			take_node(y);
	}
}

static void compare(struct trying *y)
{
	json_auto_t *object = y->whole ? json_loads(y->line, 0, NULL) : NULL;

	y->t->node_size = y->size;
	y->t->node_seconds = y->whole_after;
	if (!y->whole)
		y->t->node = DOCTOR_NODE_NO_LINE;
	else
		y->t->node = object && number_of_event(object) == y->seq ? DOCTOR_NODE_SAME :
			     DOCTOR_NODE_OTHER_LINE;
}

void doctor_try_card(struct ctl *c, struct doctor_trial *t)
{
	_cleanup_secret_ char *line = secret_alloc(LINE_MAX_SIZE + 1);
	struct trying y = { .c = c, .t = t, .line = line };
	json_auto_t *reply = NULL;

	*t = (struct doctor_trial){ .socket = -1 };
	y.node = open("/dev/idcard", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	reply = line ? doctor_ask(c, "WATCH") : NULL;
	if (strcmp(json_text(reply, "class"), "WATCH") == 0) {
		bool opened = y.node >= 0;

		say(c, stderr, MSG_PLACE_ANY_CARD);
		t->socket = 0;
		y.placed = now_usec();
		wait_for_card(&y, now_usec() + (uint64_t)(c->timeout * 1e6));
		if (t->socket == 0)
			t->seconds = c->timeout;
		if (t->socket > 0)
			wait_for_node(&y);
		if (opened && t->socket > 0)
			compare(&y);
	}
	safe_close(y.node);
}
