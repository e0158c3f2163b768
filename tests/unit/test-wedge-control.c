// SPDX-License-Identifier: GPL-2.0-or-later
/* The control socket, with the clients in the same process. */
#include "test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret.h"
#include "stream.h"
#include "util.h"
#include "wedge/clip.h"
#include "wedge/control.h"

enum { CLIENTS = 8 };

static char path[] = "/tmp/test-wedge-control-XXXXXX";

struct rig {
	sd_event *event;
	struct control *control;
	struct control_client *last;		/* who asked */
	unsigned int requests, gone;
	char class[32];
	struct stream client[CLIENTS + 2];
	struct clip *clip;
	unsigned int clipped;
	bool good;
};

static void on_request(void *userdata, struct control_client *c, const json_t *request)
{
	struct rig *r = userdata;

	r->requests++;
	r->last = c;
	snprintf(r->class, sizeof(r->class), "%s",
		 json_string_value(json_object_get(request, "class")));
	control_send(c, json_pack("{s:s}", "class", "DONE"), json_object_get(request, "id"));
}

static void on_gone(void *userdata, struct control_client *c)
{
	struct rig *r = userdata;

	r->gone++;
	clip_forget(r->clip, c);
}

static const struct control_callbacks callbacks = { .request = on_request, .gone = on_gone };

static void on_clipped(void *userdata, bool good)
{
	struct rig *r = userdata;

	r->clipped++;
	r->good = good;
}

static int setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < ELEMENTSOF(r->client); i++)
		r->client[i] = STREAM_CLOSED;
	assert_int_equal(sd_event_new(&r->event), 0);
	assert_int_equal(clip_new(r->event, on_clipped, r, &r->clip), 0);
	assert_int_equal(control_new(r->event, path, &callbacks, r, &r->control), 0);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct rig *r = *state;

	for (size_t i = 0; i < ELEMENTSOF(r->client); i++)
		stream_close(&r->client[i]);
	control_free(r->control);
	clip_free(r->clip);
	sd_event_unref(r->event);
	unlink(path);
	free(r);
	return 0;
}

/* All that is to be done is done at once: everything is on this machine. */
static void settle(struct rig *r)
{
	while (sd_event_run(r->event, 0) > 0)
		;
}

static void connect_client(struct rig *r, size_t i)
{
	int fd = stream_connect(path, 0);

	assert_true(fd >= 0);
	stream_open(&r->client[i], fd);
	settle(r);
}

static void say(struct rig *r, size_t i, const char *line)
{
	assert_int_equal(stream_send(&r->client[i], line, strlen(line)), 0);
	settle(r);
}

static const char *hear(struct rig *r, size_t i)
{
	size_t size;
	char *line;

	if (stream_next(&r->client[i], &line, &size))
		return line;
	if (stream_fill(&r->client[i]) < 0)
		return NULL;
	return stream_next(&r->client[i], &line, &size) ? line : NULL;
}

static void expect(struct rig *r, size_t i, const char *part)
{
	const char *line = hear(r, i);

	assert_non_null(line);
	if (!strstr(line, part))
		fail_msg("%s has no %s", line, part);
}

static void test_requests(void **state)
{
	struct rig *r = *state;
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0666);
	connect_client(r, 0);
	expect(r, 0, "\"VERSION\"");
	say(r, 0, "{\"class\":\"STATUS\",\"id\":7}");
	expect(r, 0, "\"id\":7");
	assert_string_equal(r->class, "STATUS");
	say(r, 0, "{\"class\":\"A\",\"id\":\"x\"}\n{\"class\":\"B\"}");
	expect(r, 0, "\"id\":\"x\"");
	expect(r, 0, "DONE");
	assert_int_equal(r->requests, 3);
	assert_int_equal(control_uid(r->last), getuid());
	stream_close(&r->client[0]);
	settle(r);
	assert_int_equal(r->gone, 1);
}

static void test_junk(void **state)
{
	static const char *const junk[] = { "", "{}", "[]", "nothing", "{\"class\":7}", "{\"class\":",
					    "\xff\xfe", "{\"id\":{\"a\":1}}", "null" };
	struct rig *r = *state;

	connect_client(r, 0);
	expect(r, 0, "VERSION");
	for (size_t i = 0; i < ELEMENTSOF(junk); i++) {
		say(r, 0, junk[i]);
		expect(r, 0, "bad-request");
	}
	assert_int_equal(r->requests, 0);
	/* an id that is none is not echoed */
	say(r, 0, "{\"class\":\"STATUS\",\"id\":[1]}");
	assert_null(strstr(hear(r, 0), "id"));
	assert_int_equal(r->gone, 0);
}

static void test_a_line_without_end(void **state)
{
	struct rig *r = *state;
	char large[5000];

	memset(large, 'a', sizeof(large));
	connect_client(r, 0);
	assert_int_equal(send(r->client[0].fd, large, sizeof(large), 0), (int)sizeof(large));
	settle(r);
	assert_int_equal(r->gone, 1);
	assert_int_equal(r->requests, 0);
}

static void test_too_many(void **state)
{
	struct rig *r = *state;

	for (size_t i = 0; i < CLIENTS; i++) {
		connect_client(r, i);
		expect(r, i, "VERSION");
	}
	connect_client(r, CLIENTS);
	expect(r, CLIENTS, "too-many");
	stream_close(&r->client[0]);
	settle(r);
	connect_client(r, CLIENTS + 1);
	expect(r, CLIENTS + 1, "VERSION");
}

/* Who asks and does not read is dropped, and costs nobody else anything. */
static void test_who_does_not_read(void **state)
{
	static const char request[] = "{\"class\":\"STATUS\",\"id\":\"0123456789012345678901234567890123456789\"}\n";
	struct rig *r = *state;

	connect_client(r, 0);
	connect_client(r, 1);
	for (int i = 0; i < 100000 && r->gone == 0; i++) {
		if (send(r->client[0].fd, request, sizeof(request) - 1,
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			assert_int_equal(errno, EAGAIN);
		settle(r);
	}
	assert_int_equal(r->gone, 1);
	expect(r, 1, "VERSION");
	say(r, 1, "{\"class\":\"STATUS\"}");
	expect(r, 1, "DONE");
}

static void test_clipboard(void **state)
{
	struct rig *r = *state;
	json_auto_t *answer = json_pack("{s:i, s:b}", "seq", 1, "ok", 1);
	json_auto_t *second = json_pack("{s:i, s:b}", "seq", 2, "ok", 1);

	connect_client(r, 0);
	expect(r, 0, "VERSION");
	say(r, 0, "{\"class\":\"CLIPBOARD\"}");
	expect(r, 0, "DONE");
	assert_int_equal(clip_send(r->clip, getuid(), "text", 5), -ENOENT);
	clip_register(r->clip, r->last);
	assert_int_equal(clip_helpers(r->clip), 1);
	/* another user's helper is not this user's */
	assert_int_equal(clip_send(r->clip, getuid() + 1, "text", 5), -ENOENT);
	assert_int_equal(clip_send(r->clip, getuid(), "text", 5), 0);
	expect(r, 0, "\"text\":\"text\"");
	assert_int_equal(clip_answer(r->clip, r->last, second), -EINVAL);
	assert_int_equal(clip_answer(r->clip, r->last, answer), 0);
	assert_int_equal(r->clipped, 1);
	assert_true(r->good);
	assert_int_equal(clip_answer(r->clip, r->last, answer), -EINVAL);

	/* called off: it is to take the text away, and its answer is none */
	assert_int_equal(clip_send(r->clip, getuid(), "more", 5), 0);
	expect(r, 0, "more");
	clip_cancel(r->clip);
	expect(r, 0, "CLEAR");
	assert_int_equal(clip_answer(r->clip, r->last, second), -EINVAL);
	assert_int_equal(r->clipped, 1);

	/* gone while it was asked */
	assert_int_equal(clip_send(r->clip, getuid(), "more", 5), 0);
	stream_close(&r->client[0]);
	settle(r);
	assert_int_equal(r->clipped, 2);
	assert_false(r->good);
	assert_int_equal(clip_helpers(r->clip), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(test_requests), TEST(test_junk), TEST(test_a_line_without_end),
		TEST(test_too_many), TEST(test_who_does_not_read), TEST(test_clipboard),
	};

	secret_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
