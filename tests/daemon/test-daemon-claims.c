// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon as a process: claims beside watches, at one reader with many cards. */
#include "daemon-rig.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "frame.h"
#include "sam-commands.h"
#include "tests/unit/ramp.h"
#include "util.h"

/* Two cards of the same layout and two that are not. */
static const struct {
	const char *name, *number;
	size_t offset, digits;	/* where the number is in the text */
} personas[] = {
	{ "resident", "110101190001010014", 122, 18 },
	{ "hmt_permit", "810000190001010026", 122, 18 },
	{ "foreigner", "XXX110000010103", 122, 15 },
	{ "foreigner_2023", "91199919000101003X", 122, 18 },
};

struct answer {
	int status;
	uint8_t frame[IDCARD_REPLY_MAX];
	size_t size;
};

static idcard_client *claimer(void)
{
	idcard_client *c = client();

	send_line(c, "{\"class\":\"CLAIM\",\"reader\":\"reader\"}");
	json_decref(next(c, "CLAIM"));
	return c;
}

static void ask(idcard_client *c, int command)
{
	const uint8_t body[] = { (uint8_t)(command >> 8), command & 0xff };
	char request[128], text[64];
	uint8_t frame[16];

	base64_encode(frame, idcard_frame_build(frame, sizeof(frame), body, 2), text);
	snprintf(request, sizeof(request), "{\"class\":\"EXCHANGE\",\"frame\":\"%s\"}", text);
	send_line(c, request);
}

static void take(idcard_client *c, struct answer *ret)
{
	json_t *object = next(c, "EXCHANGE");
	ssize_t n = base64_decode(word(object, "frame"), ret->frame, sizeof(ret->frame));

	assert_true(n > 0);
	ret->size = (size_t)n;
	assert_int_equal(idcard_reply_check(ret->frame, ret->size), 0);
	ret->status = ret->frame[9];
	json_decref(object);
}

static int exchange(idcard_client *c, int command, struct answer *ret)
{
	ask(c, command);
	take(c, ret);
	return ret->status;
}

/* Which of @personas is in the reply to a read. */
static size_t who(const struct answer *a)
{
	for (size_t i = 0; i < ELEMENTSOF(personas); i++) {
		size_t k = 0;

		while (k < personas[i].digits &&
		       a->frame[14 + personas[i].offset + 2 * k] ==
			       (unsigned char)personas[i].number[k])
			k++;
		if (k == personas[i].digits)
			return i;
	}
	fail_msg("an unknown card");
	return 0;
}

/* Until it finds a card that it has not had. */
static void find(idcard_client *c)
{
	uint64_t deadline = now_usec() + 20000000;
	struct answer a;

	while (exchange(c, SAM_FIND, &a) != 0x9f) {
		assert_int_equal(a.status, 0x80);
		assert_true(now_usec() < deadline);
	}
}

/*
 * What it reads in the end, beginning with a find, is the card @now. Until the daemon has seen that
 * the cards were swapped, it may be the one before.
 */
static void read_until(idcard_client *c, size_t now, size_t before)
{
	for (;;) {
		struct answer a;

		find(c);
		if (exchange(c, SAM_SELECT, &a) != 0x90) {
			/* The swap was seen in between. */
			assert_true(a.status == 0x81 || a.status == 0x41);
			continue;
		}
		if (exchange(c, SAM_READ, &a) != 0x90) {
			assert_int_equal(a.status, 0x41);
			continue;
		}
		if (who(&a) == now)
			return;
		assert_int_equal(who(&a), before);
	}
}

/* It had selected the card @before when another came: that is what it gets, or nothing. */
static void finish_old(idcard_client *c, size_t before)
{
	struct answer a;

	if (exchange(c, SAM_READ, &a) == 0x90)
		assert_int_equal(who(&a), before);
	else
		assert_int_equal(a.status, 0x41);
}

/* Begin with the card that lies there, and go to some point. */
static bool begin(idcard_client *c, int steps)
{
	struct answer a;

	if (steps == 0)
		return false;
	assert_int_equal(exchange(c, SAM_RESET, &a), 0x90);
	find(c);
	return steps > 1 && exchange(c, SAM_SELECT, &a) == 0x90;
}

/* Each of the three gets every card, once, and never another's, whatever the others do. */
static void test_two_claims_and_a_watch(void **state)
{
	idcard_client *a = claimer(), *b = claimer(), *w = watcher("{\"class\":\"WATCH\"}");
	size_t before = 0;

	srandom(11);
	for (unsigned int i = 0; i < 50; i++) {
		size_t now = (before + 1 + (size_t)random() % 3) % 4;
		bool a_selected = i && begin(a, random() % 3);
		bool b_selected = i && begin(b, random() % 3);
		char command[64];

		if (random() % 2) {
			sim("lift");
			sim("wait-polled");
		}
		snprintf(command, sizeof(command), "place %s", personas[now].name);
		sim(command);
		if (a_selected)
			finish_old(a, before);
		if (b_selected)
			finish_old(b, before);
		read_until(a, now, before);
		read_until(b, now, before);
		expect(w, "IDENTITY", "id_number", personas[now].number);
		before = now;
	}
	idcard_client_close(a);
	idcard_client_close(b);
	idcard_client_close(w);
}

/* Both wait when the card comes, and it is read once for the two of them. */
static void test_one_reading_for_all(void **state)
{
	idcard_client *a = claimer(), *b = claimer();
	struct answer x, y;
	json_t *object;

	assert_int_equal(exchange(a, SAM_STATUS, &x), 0x90);
	assert_int_equal(exchange(a, SAM_READ_ID, &x), 0x90);
	assert_int_equal(x.size, 27);
	sim("place resident");
	find(a);
	ask(b, SAM_FIND);
	take(b, &y);
	assert_int_equal(y.status, 0x9f);
	ask(a, SAM_SELECT);
	ask(b, SAM_SELECT);
	take(a, &x);
	take(b, &y);
	assert_int_equal(x.status, 0x90);
	assert_int_equal(y.status, 0x90);
	ask(a, SAM_READ);
	ask(b, SAM_READ);
	take(b, &y);
	take(a, &x);
	assert_int_equal(x.size, 1295);
	assert_memory_equal(x.frame, y.frame, 1295);
	assert_int_equal(exchange(a, SAM_READ_ADDRESS, &x), 0x91);
	send_line(a, "{\"class\":\"STATUS\"}");
	object = next(a, "STATUS");
	assert_int_equal(json_integer_value(json_object_get(object, "placements")), 1);
	assert_int_equal(json_integer_value(json_object_get(object, "claims")), 2);
	json_decref(object);
	sim("lift");
	sim("wait-polled");
	/* The presence of the card is looked for a few times a second. */
	while (exchange(a, SAM_READ, &x) == 0x90)
		poll(NULL, 0, 10);
	assert_int_equal(x.status, 0x41);
	assert_int_equal(exchange(b, SAM_READ_ADDRESS, &y), 0x41);
	idcard_client_close(a);
	idcard_client_close(b);
}

/* The card was read for the watch; for the claim it is read again, unheard by the watch. */
static void test_came_late(void **state)
{
	idcard_client *w = watcher("{\"class\":\"WATCH\"}"), *c;
	const char *line;
	struct answer a;

	sim("place resident_2_fingers");
	expect(w, "IDENTITY", "id_number", "110101190001010014");
	c = claimer();
	find(c);
	assert_int_equal(exchange(c, SAM_SELECT, &a), 0x90);
	assert_int_equal(exchange(c, SAM_READ, &a), 0x90);
	assert_int_equal(who(&a), 0);
	assert_int_equal(exchange(c, SAM_READ_ALL, &a), 0x90);
	assert_int_equal(a.size, 2321);
	assert_int_equal(exchange(c, SAM_READ_ADDRESS, &a), 0x91);
	assert_int_equal(exchange(c, SAM_FIND, &a), 0x80);
	while (idcard_client_receive(w, 300, &line) == 1)
		assert_non_null(strstr(line, "\"DEVICE\""));
	/* And the other way round: one who watches from now on gets no card of before. */
	idcard_client_close(w);
	w = watcher("{\"class\":\"WATCH\"}");
	sim("lift");
	expect(w, "CARD", "event", "lifted");
	sim("place resident_moved");
	expect(w, "IDENTITY", "id_number", "110101190001010014");
	find(c);
	assert_int_equal(exchange(c, SAM_SELECT, &a), 0x90);
	assert_int_equal(exchange(c, SAM_READ_ADDRESS, &a), 0x90);
	assert_int_equal(a.size, 81);
	idcard_client_close(w);
	idcard_client_close(c);
}

static const char *state_of_reader(idcard_client *c)
{
	static char state[32];
	json_t *object;

	send_line(c, "{\"class\":\"STATUS\"}");
	object = next(c, "STATUS");
	snprintf(state, sizeof(state), "%s",
		 word(json_array_get(json_object_get(object, "devices"), 0), "state"));
	json_decref(object);
	return state;
}

/* A claim keeps the reader awake, and only until it is over, however it ends. */
static void test_nobody_claims(void **state)
{
	idcard_client *c = claimer(), *other = client();
	struct answer a;

	assert_int_equal(exchange(c, SAM_FIND, &a), 0x80);
	assert_string_equal(state_of_reader(other), "searching");
	send_line(c, "{\"class\":\"RELEASE\"}");
	json_decref(next(c, "RELEASE"));
	while (strcmp(state_of_reader(other), "idle") != 0)
		poll(NULL, 0, 10);
	idcard_client_close(c);
	c = claimer();
	ask(c, SAM_FIND);
	while (strcmp(state_of_reader(other), "searching") != 0)
		poll(NULL, 0, 10);
	ask(c, SAM_FIND);
	idcard_client_close(c);
	while (strcmp(state_of_reader(other), "idle") != 0)
		poll(NULL, 0, 10);
	idcard_client_close(other);
}

static void test_card_that_fails(void **state)
{
	idcard_client *c = claimer();
	struct answer a;

	sim("fault status arg=32 command=30.01 count=9");
	sim("place resident");
	find(c);
	assert_int_equal(exchange(c, SAM_SELECT, &a), 0x32);
	assert_int_equal(exchange(c, SAM_READ, &a), 0x80);
	sim("fault clear");
	sim("lift");
	while (exchange(c, SAM_FIND, &a) == 0x9f)
		poll(NULL, 0, 10);
	sim("place hmt_permit");
	read_until(c, 1, 1);
	idcard_client_close(c);
}

/* The line is gone and comes back: what was selected is gone with it. */
static void test_reader_gone_and_back(void **state)
{
	idcard_client *c = claimer();
	struct answer a;

	sim("place resident");
	find(c);
	assert_int_equal(exchange(c, SAM_SELECT, &a), 0x90);
	sim("unplug");
	while (exchange(c, SAM_READ, &a) == 0x90)
		poll(NULL, 0, 10);
	assert_int_equal(a.status, 0x41);
	sim("lift");
	sim("plug");
	while (exchange(c, SAM_STATUS, &a) != 0x90)
		assert_int_equal(a.status, 0x24);
	sim("place foreigner");
	read_until(c, 2, 2);
	idcard_client_close(c);
}

/* A block of nobody, decoded by the process, while everything else goes on. */
static void test_decode(void **state)
{
	static uint8_t data[1024 * 1024];
	static const uint8_t block[1024] = { 'W', 'L', 102, 0, 126, 0 };
	idcard_client *c = client(), *other = client();
	char request[2048], text[BASE64_SIZE(1024)];
	json_t *object;

	base64_encode(block, sizeof(block), text);
	snprintf(request, sizeof(request), "{\"class\":\"DECODE\",\"id\":1,\"portrait\":\"jpeg\",\"data\":\"%s\"}",
		 text);
	send_line(c, request);
	object = next(c, "DECODE");
	assert_string_equal(word(json_object_get(object, "portrait"), "status"), "no-decoder");
	assert_string_equal(word(json_object_get(object, "portrait"), "data"), text);
	json_decref(object);
	install_decoder();
	send_line(c, request);
	send_line(c, "{\"class\":\"VERSION\"}");
	json_decref(next(c, "VERSION"));
	send_line(other, request);
	open_gate();
	object = next(c, "DECODE");
	assert_int_equal(json_integer_value(json_object_get(object, "id")), 1);
	ramp_assert_jpeg(data, decode(object, data, sizeof(data)), 1);
	json_decref(object);
	open_gate();
	json_decref(next(other, "DECODE"));
	idcard_client_close(c);
	idcard_client_close(other);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_two_claims_and_a_watch),
		T(test_one_reading_for_all),
		T(test_came_late),
		T(test_nobody_claims),
		T(test_card_that_fails),
		T(test_reader_gone_and_back),
		T(test_decode),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
