// SPDX-License-Identifier: GPL-2.0-or-later
/* Pictures of blocks that the clients of a hub have themselves. */
#include "hub-rig.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base64.h"
#include "util.h"

/* The request to decode a block that begins with "WLf" and is filled with @fill. */
static const char *decode(int fd, char fill, const char *more)
{
	static char request[2048], text[BASE64_SIZE(1024)];
	uint8_t block[1024];

	memset(block, fill, sizeof(block));
	memcpy(block, "WLf\0~\0", 6);
	base64_encode(block, sizeof(block), text);
	snprintf(request, sizeof(request), "{\"class\":\"DECODE\",\"data\":\"%s\"%s}", text, more);
	return ask(fd, request);
}

static void test_decode(void **state)
{
	int fd = client(ACCESS_MEMBER);

	assert_string_equal(decode(fd, 'x', ",\"id\":\"p\""), "");
	assert_int_equal(starts, 1);
	/* Who waits for a picture does everything else meanwhile. */
	assert_parts(ask(fd, "{\"class\":\"VERSION\",\"id\":1}"), "\"id\":1", NULL);
	assert_parts(decode(fd, 'x', ",\"id\":2"), "too-many", "\"id\":2", NULL);
	picture_comes(newest);
	assert_parts(received(fd), "{\"class\":\"DECODE\",\"id\":\"p\",\"portrait\":{\"status\":\"ok\","
		     "\"format\":\"bmp\",\"data\":\"Qk", NULL);
	assert_string_equal(decode(fd, 'x', ",\"portrait\":\"jpeg\",\"portrait_scale\":2"), "");
	picture_comes(newest);
	assert_parts(received(fd), "{\"class\":\"DECODE\",\"portrait\":{", "\"format\":\"jpeg\",\"data\":\"/9j",
		     NULL);
	close(fd);
}

static void test_bad_decodes(void **state)
{
	static const char *const bad[] = {
		"", ",\"data\":1", ",\"data\":\"\"", ",\"data\":\"V0xmAH4A\"", ",\"data\":\"????\"",
	};
	int fd = client(ACCESS_MEMBER);
	char request[128];

	for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
		snprintf(request, sizeof(request), "{\"class\":\"DECODE\"%s}", bad[i]);
		assert_parts(ask(fd, request), "bad-request", NULL);
	}
	assert_parts(decode(fd, 0, ",\"portrait\":\"wlt\""), "bad-request", NULL);
	assert_parts(decode(fd, 0, ",\"portrait\":\"none\""), "bad-request", NULL);
	assert_parts(decode(fd, 0, ",\"portrait_scale\":5"), "bad-request", NULL);
	assert_int_equal(starts, 0);
	close(fd);
}

/* One at a time, in their order, whoever goes meanwhile. */
static void test_decodes_wait_their_turn(void **state)
{
	int a = client(ACCESS_MEMBER), b = client(ACCESS_MEMBER), c = client(ACCESS_MEMBER);
	struct decoding *first;

	assert_string_equal(decode(a, 'a', ""), "");
	first = newest;
	assert_string_equal(decode(b, 'b', ""), "");
	assert_string_equal(decode(c, 'c', ""), "");
	assert_int_equal(starts, 1);
	close(b);
	run();
	assert_int_equal(decodings, 2);
	assert_int_equal(starts, 1);
	picture_comes(first);
	assert_parts(received(a), "DECODE", NULL);
	assert_int_equal(starts, 2);
	assert_string_equal(received(c), "");
	picture_comes(newest);
	assert_parts(received(c), "DECODE", NULL);
	/* The one under way goes. */
	assert_string_equal(decode(a, 'a', ""), "");
	assert_string_equal(decode(c, 'c', ""), "");
	assert_int_equal(starts, 3);
	close(a);
	run();
	assert_int_equal(starts, 4);
	picture_comes(newest);
	assert_parts(received(c), "DECODE", NULL);
	close(c);
}

static void test_who_left_the_seat_gets_no_decoded_picture(void **state)
{
	int desk = client(ACCESS_SEAT), other = client(ACCESS_MEMBER);
	struct decoding *first;
	const char *text;

	assert_string_equal(decode(desk, 'a', ""), "");
	first = newest;
	assert_string_equal(decode(other, 'b', ""), "");
	at_seat = false;
	picture_comes(first);
	text = received(desk);
	assert_parts(text, "permission-denied", NULL);
	assert_null(strstr(text, "DECODE"));
	picture_comes(newest);
	assert_parts(received(other), "DECODE", NULL);
	close(desk);
	close(other);
}

/* Whoever opens many connections waits behind everybody else, not before them. */
static void test_decodes_take_turns_by_user(void **state)
{
	enum { MANY = 20 };
	struct decoding *theirs[MANY], *others;
	int crowd[MANY], other;

	for (int i = 0; i < MANY; i++)
		crowd[i] = client(ACCESS_MEMBER);
	next_uid = 2000;
	other = client(ACCESS_MEMBER);
	for (int i = 0; i < MANY; i++) {
		assert_string_equal(decode(crowd[i], 'a', ""), "");
		theirs[i] = newest;
	}
	assert_string_equal(decode(other, 'b', ""), "");
	others = newest;
	assert_true(theirs[0]->started);
	picture_comes(theirs[0]);
	assert_parts(received(crowd[0]), "DECODE", NULL);
	assert_int_equal(starts, 2);
	assert_true(others->started);
	picture_comes(others);
	assert_parts(received(other), "DECODE", NULL);
	for (int i = 1; i < MANY; i++) {
		assert_true(theirs[i]->started);
		picture_comes(theirs[i]);
		assert_parts(received(crowd[i]), "DECODE", NULL);
	}
	for (int i = 0; i < MANY; i++)
		close(crowd[i]);
	close(other);
}

static void say(int fd, const char *request)
{
	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	assert_int_equal(send(fd, "\n", 1, 0), 1);
}

/* What was sent to it is not read, until nothing more has room. */
static void fill(int fd)
{
	watch(fd, "none");
	for (int i = 0; i < 4000; i++) {
		json_auto_t *object = json_pack("{s:s, s:s}", "class", "DEVICE", "x", "0123456789"
						"0123456789012345678901234567890123456789");

		hub_publish(hub, object);
	}
}

/* Its socket is full, so it stays for a while; what it held is free at once. */
static void test_who_left_the_seat_holds_up_no_decode(void **state)
{
	int desk = client(ACCESS_SEAT), other = client(ACCESS_MEMBER);

	assert_string_equal(decode(desk, 'a', ""), "");
	assert_string_equal(decode(other, 'b', ""), "");
	assert_int_equal(starts, 1);
	fill(desk);
	at_seat = false;
	/* The request is handled, the reply is not taken. */
	say(desk, "{\"class\":\"VERSION\"}");
	run();
	assert_int_equal(starts, 2);
	picture_comes(newest);
	assert_parts(received(other), "DECODE", NULL);
	close(desk);
	close(other);
}

/* The daemon ends while some wait: tear_down() and the sanitizer look for what is left. */
static void test_end_while_waiting(void **state)
{
	int a = client(ACCESS_MEMBER), b = client(ACCESS_MEMBER);

	assert_string_equal(decode(a, 'a', ",\"id\":1"), "");
	assert_string_equal(decode(b, 'b', ",\"id\":1"), "");
	hub = hub_free(hub);
	close(a);
	close(b);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_decode),
		T(test_bad_decodes),
		T(test_decodes_wait_their_turn),
		T(test_who_left_the_seat_gets_no_decoded_picture),
		T(test_decodes_take_turns_by_user),
		T(test_who_left_the_seat_holds_up_no_decode),
		T(test_end_while_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
