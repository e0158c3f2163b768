// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Claims between the clients of a hub: who gets what of a reader that is played, what is wanted of
 * it, and what is left when somebody goes.
 */
#include "../range.h"
#include "hub-rig.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base64.h"
#include "frame.h"
#include "sam-commands.h"
#include "util.h"

enum {
	/* Of answered(). */
	NOTHING = 0,
	REFUSED = -1,
};

static const char usb1, usb2;	/* the backend's readers */
static const uint8_t sam_id[16] = { 5, 0, 3, 0, 0xa5, 0x3a, 0x34, 1, 0x39, 0x30, 0, 0, 0x32, 9, 1 };

static void reader_is(const void *reader, const char *name, uint8_t status, bool looking)
{
	hub_reader_changed(hub, reader, &(struct hub_reader){
		.name = name, .sam_id = sam_id, .sam_status = status, .looking = looking });
}

static void happens(const void *reader, enum reader_event_kind kind)
{
	hub_reader_event(hub, reader, &(struct reader_event){ .kind = kind });
}

/* The card with the number @card; the backend gives it to the claims first. */
static void is_read(const void *reader, uint8_t card, bool again)
{
	struct record record = { .addresses_part = RECORD_READ };

	memset(record.text, card, sizeof(record.text));
	hub_reader_event(hub, reader, &(struct reader_event){
		.kind = READER_EVENT_RECORD, .record = &record, .again = again });
}

static void lay(const void *reader, uint8_t card)
{
	happens(reader, READER_EVENT_PLACED);
	is_read(reader, card, false);
}

static void lift(const void *reader)
{
	happens(reader, READER_EVENT_LIFTED);
	happens(reader, READER_EVENT_EMPTY);
}

static int claims_set_up(void **state)
{
	set_up(state);
	reader_is(&usb1, "usb-1", 0x90, true);
	happens(&usb1, READER_EVENT_EMPTY);
	return 0;
}

static int claimer(const char *reader)
{
	int fd = client(ACCESS_MEMBER);
	char request[96];

	snprintf(request, sizeof(request), "{\"class\":\"CLAIM\",\"reader\":\"%s\"}", reader);
	assert_parts(ask(fd, request), "\"class\":\"CLAIM\"", NULL);
	return fd;
}

static const char *exchange(int fd, int command)
{
	const uint8_t body[] = { (uint8_t)(command >> 8), command & 0xff };
	char request[160], text[64];
	uint8_t frame[16];

	base64_encode(frame, idcard_frame_build(frame, sizeof(frame), body, 2), text);
	snprintf(request, sizeof(request), "{\"class\":\"EXCHANGE\",\"id\":%d,\"frame\":\"%s\"}", command,
		 text);
	return ask(fd, request);
}

static uint8_t frame[4096];	/* of the last reply */

/* The status of the one reply in @text, or NOTHING, or REFUSED. */
static int answered(const char *text)
{
	json_t *object;
	ssize_t n;
	int sw = REFUSED;

	if (text && !*text)
		return NOTHING;
	object = text ? json_loads(text, 0, NULL) : NULL;
	assert_non_null(object);
	if (strcmp(json_string_value(json_object_get(object, "class")), "EXCHANGE") == 0) {
		n = base64_decode(json_string_value(json_object_get(object, "frame")), frame,
				  sizeof(frame));
		assert_true(n > 0);
		assert_int_equal(idcard_reply_check(frame, (size_t)n), 0);
		sw = frame[9];
	}
	json_decref(object);
	return sw;
}

/* The answer to @command, also one that takes its time. */
static int status(int fd, int command)
{
	uint64_t deadline = now_usec() + 3000000;
	int sw = answered(exchange(fd, command));

	while (sw == NOTHING && now_usec() < deadline) {
		assert_true(sd_event_run(event, 3000000) >= 0);
		sw = answered(received(fd));
	}
	return sw;
}

/* Which card is in the reply to a read. */
static unsigned int card(void)
{
	for (size_t i = 15; i < 14 + 256; i++)
		assert_int_equal(frame[i], frame[14]);
	return frame[14];
}

static void test_claim(void **state)
{
	int fd = client(ACCESS_MEMBER);

	assert_parts(ask(fd, "{\"class\":\"CLAIM\",\"id\":1}"), "bad-request", "\"id\":1", NULL);
	assert_parts(ask(fd, "{\"class\":\"CLAIM\",\"reader\":1}"), "bad-request", NULL);
	assert_parts(ask(fd, "{\"class\":\"CLAIM\",\"reader\":\"usb-1\",\"repeat\":1}"), "bad-request", NULL);
	assert_parts(ask(fd, "{\"class\":\"CLAIM\",\"reader\":\"usb-9\"}"), "no-reader", NULL);
	assert_int_equal(status(fd, SAM_FIND), REFUSED);
	assert_parts(ask(fd, "{\"class\":\"STATUS\"}"), "\"claims\":0", NULL);
	assert_parts(ask(fd, "{\"class\":\"CLAIM\",\"reader\":\"usb-1\",\"id\":\"c\"}"), "\"class\":\"CLAIM\"",
		     "\"name\":\"usb-1\"", "\"sam_id\":\"05.03-20200101-0000012345-0000067890\"",
		     "\"id\":\"c\"", NULL);
	/* By itself it wants nothing. */
	assert_false(hub_watched(hub));
	assert_parts(ask(fd, "{\"class\":\"STATUS\"}"), "\"claims\":1", NULL);
	assert_int_equal(status(fd, SAM_READ_ID), 0x90);
	assert_memory_equal(frame + 10, sam_id, sizeof(sam_id));
	assert_parts(ask(fd, "{\"class\":\"RELEASE\",\"id\":2}"), "\"class\":\"RELEASE\"", "\"id\":2", NULL);
	assert_parts(ask(fd, "{\"class\":\"RELEASE\"}"), "\"class\":\"RELEASE\"", NULL);
	assert_int_equal(status(fd, SAM_STATUS), REFUSED);
	close(fd);
}

static void test_bad_exchanges(void **state)
{
	static const char *const frames[] = {
		"1", "null", "\"\"", "\"AAAA\"", "\"qqqqlmkAAyABIg\"", "\"qqqqlmkAAyABIg==\\u0000\"",
		"\"qqqqlmkAAyABIw==\"", "[]",
	};
	int fd = claimer("usb-1");
	char request[1024];

	for (size_t i = 0; i < ELEMENTSOF(frames); i++) {
		snprintf(request, sizeof(request), "{\"class\":\"EXCHANGE\",\"frame\":%s}", frames[i]);
		assert_parts(ask(fd, request), "bad-request", NULL);
	}
	assert_parts(ask(fd, "{\"class\":\"EXCHANGE\"}"), "bad-request", NULL);
	memset(request, 'A', sizeof(request));
	memcpy(request, "{\"class\":\"EXCHANGE\",\"frame\":\"", 29);
	memcpy(request + 29 + 400, "\"}", 3);
	assert_parts(ask(fd, request), "bad-request", NULL);
	assert_false(hub_watched(hub));
	/* The right one. */
	assert_string_equal(ask(fd, "{\"class\":\"EXCHANGE\",\"frame\":\"qqqqlmkAAyABIg==\"}"), "");
	assert_true(hub_watched(hub));
	/* One at a time, and the first is answered all the same. */
	assert_parts(exchange(fd, SAM_STATUS), "bad-request", "\"id\":4607", NULL);
	lay(&usb1, 1);
	assert_int_equal(answered(received(fd)), 0x9f);
	close(fd);
}

static void test_what_is_wanted(void **state)
{
	int fd = claimer("usb-1");

	assert_int_equal(status(fd, SAM_STATUS), 0x90);
	assert_true(wanted.watch);
	assert_true(wanted.new_address);
	assert_false(wanted.fingerprint);
	assert_false(wanted.repeat);
	assert_int_equal(status(fd, SAM_READ_ALL), 0x80);
	assert_true(wanted.fingerprint);
	assert_int_equal(status(fd, SAM_STATUS), 0x90);
	assert_true(wanted.fingerprint);
	close(fd);
	run();
	assert_false(wanted.watch);
	assert_false(hub_watched(hub));
}

/* After half a minute nobody looks on its behalf, and no timer is left. */
static void test_lapse(void **state)
{
	int fd = claimer("usb-1");

	/* What it asks now, it asked almost half a minute ago. */
	clock_offset = -28500 * 1000;
	lay(&usb1, 1);
	assert_int_equal(status(fd, SAM_FIND), 0x9f);
	assert_int_equal(status(fd, SAM_SELECT), 0x90);
	assert_true(wanted.watch);
	clock_offset = 0;
	assert_int_equal(sd_event_run(event, 3000000), 1);
	assert_false(wanted.watch);
	assert_int_equal(sd_event_run(event, 0), 0);
	reader_is(&usb1, "usb-1", 0x90, false);
	/* Still its claim. */
	assert_int_equal(status(fd, SAM_READ), 0x80);
	assert_true(wanted.watch);
	calls = 0;
	reader_is(&usb1, "usb-1", 0x90, true);
	assert_string_equal(exchange(fd, SAM_FIND), "");
	assert_int_equal(calls, 0);
	/* The same card lies there; what was read of it is not kept. */
	happens(&usb1, READER_EVENT_RESTING);
	assert_int_equal(answered(received(fd)), 0x9f);
	assert_int_equal(calls, 1);
	assert_ptr_equal(called, &usb1);
	assert_int_equal(status(fd, SAM_SELECT), 0x90);
	assert_string_equal(exchange(fd, SAM_READ), "");
	is_read(&usb1, 1, true);
	assert_int_equal(answered(received(fd)), 0x90);
	assert_int_equal(card(), 1);
	close(fd);
}

/* Each at another point when the card is swapped. */
static void test_two_claims_and_a_watch(void **state)
{
	int a = claimer("usb-1"), b = claimer("usb-1"), w = client(ACCESS_MEMBER);

	watch(w, "none");
	assert_int_equal(status(a, SAM_STATUS), 0x90);
	assert_int_equal(status(b, SAM_STATUS), 0x90);
	lay(&usb1, 1);
	place(false);
	assert_parts(received(w), "\"seq\":1,", NULL);
	assert_int_equal(status(a, SAM_FIND), 0x9f);
	assert_int_equal(status(b, SAM_FIND), 0x9f);
	assert_int_equal(status(a, SAM_SELECT), 0x90);
	assert_int_equal(status(a, SAM_READ), 0x90);
	assert_int_equal(card(), 1);
	assert_int_equal(status(a, SAM_FIND), 0x80);
	assert_int_equal(status(b, SAM_SELECT), 0x90);

	happens(&usb1, READER_EVENT_LIFTED);
	lay(&usb1, 2);
	place(false);
	assert_parts(received(w), "\"seq\":2,", NULL);
	assert_int_equal(status(b, SAM_READ), 0x41);
	assert_int_equal(status(a, SAM_READ), 0x80);
	assert_int_equal(status(a, SAM_FIND), 0x9f);
	assert_int_equal(status(a, SAM_SELECT), 0x90);
	assert_int_equal(status(b, SAM_READ_ADDRESS), 0x41);
	assert_int_equal(status(a, SAM_READ), 0x90);
	assert_int_equal(card(), 2);
	/* What one resets is its own. */
	assert_int_equal(status(b, SAM_RESET), 0x90);
	assert_int_equal(status(a, SAM_READ_ADDRESS), 0x91);
	assert_int_equal(status(b, SAM_FIND), 0x9f);
	assert_int_equal(calls, 0);
	assert_string_equal(received(w), "");
	lift(&usb1);
	assert_int_equal(status(a, SAM_READ), 0x41);
	assert_int_equal(status(b, SAM_SELECT), 0x81);
	close(a);
	close(b);
	close(w);
}

/* One waits at the reader that another uses, and one at another reader. */
static void test_readers_are_apart(void **state)
{
	int a, b;

	reader_is(&usb2, "usb-2", 0x90, true);
	happens(&usb2, READER_EVENT_EMPTY);
	a = claimer("usb-1");
	b = claimer("usb-2");
	assert_string_equal(exchange(a, SAM_FIND), "");
	assert_string_equal(exchange(b, SAM_FIND), "");
	lay(&usb2, 7);
	assert_int_equal(answered(received(b)), 0x9f);
	assert_string_equal(received(a), "");
	lay(&usb1, 8);
	assert_int_equal(answered(received(a)), 0x9f);
	assert_int_equal(status(a, SAM_SELECT), 0x90);
	assert_int_equal(status(b, SAM_SELECT), 0x90);
	assert_int_equal(status(a, SAM_READ), 0x90);
	assert_int_equal(card(), 8);
	assert_int_equal(status(b, SAM_READ), 0x90);
	assert_int_equal(card(), 7);
	close(a);
	close(b);
}

/* Two that the administrator named have the same name; the first has it. */
static void test_readers_of_one_name(void **state)
{
	int fd;

	reader_is(&usb2, "usb-1", 0x90, true);
	happens(&usb2, READER_EVENT_EMPTY);
	fd = claimer("usb-1");
	assert_int_equal(status(fd, SAM_STATUS), 0x90);
	lay(&usb2, 2);
	assert_int_equal(status(fd, SAM_FIND), 0x80);
	lay(&usb1, 1);
	assert_int_equal(status(fd, SAM_FIND), 0x9f);
	happens(&usb2, READER_EVENT_LIFTED);
	lay(&usb2, 3);
	assert_int_equal(status(fd, SAM_SELECT), 0x90);
	assert_int_equal(status(fd, SAM_READ), 0x90);
	assert_int_equal(card(), 1);
	close(fd);
}

static void test_reader_unplugged_at_each_point(void **state)
{
	static const int steps[] = { SAM_FIND, SAM_SELECT, SAM_READ, SAM_READ_ADDRESS };

	for (size_t k = 0; k <= ELEMENTSOF(steps); k++) {
		int fd = claimer("usb-1");

		assert_int_equal(status(fd, SAM_STATUS), 0x90);
		lay(&usb1, 1);
		for (size_t i = 0; i < k; i++)
			assert_true(status(fd, steps[i]) >= 0x90);
		happens(&usb1, READER_EVENT_LOST);
		if (k > 0 && k < ELEMENTSOF(steps))
			assert_int_equal(status(fd, steps[k]), k == 1 ? 0x81 : 0x41);
		/* This one waits. */
		assert_string_equal(exchange(fd, SAM_FIND), "");
		hub_reader_gone(hub, &usb1);
		assert_parts(received(fd), "reader-gone", "\"id\":8193", NULL);
		assert_parts(exchange(fd, SAM_STATUS), "reader-gone", NULL);
		assert_false(wanted.watch);
		/* Another by the same name has to be claimed. */
		reader_is(&usb1, "usb-1", 0x90, true);
		happens(&usb1, READER_EVENT_EMPTY);
		assert_parts(exchange(fd, SAM_FIND), "reader-gone", NULL);
		assert_parts(ask(fd, "{\"class\":\"CLAIM\",\"reader\":\"usb-1\"}"), "\"CLAIM\"", NULL);
		assert_int_equal(status(fd, SAM_READ), 0x80);
		close(fd);
		run();
	}
}

/* Nobody waits when the claim is over, and nobody else notices. */
static void test_ends_while_it_waits(void **state)
{
	int fd = claimer("usb-1"), other = claimer("usb-1");

	assert_string_equal(exchange(fd, SAM_FIND), "");
	assert_string_equal(exchange(other, SAM_FIND), "");
	assert_parts(ask(fd, "{\"class\":\"RELEASE\",\"id\":1}"), "bad-request", "\"id\":8193", "RELEASE",
		     "\"id\":1", NULL);
	assert_parts(ask(fd, "{\"class\":\"CLAIM\",\"reader\":\"usb-1\"}"), "\"CLAIM\"", NULL);
	assert_string_equal(exchange(fd, SAM_FIND), "");
	assert_parts(ask(fd, "{\"class\":\"CLAIM\",\"reader\":\"usb-1\",\"id\":1}"), "bad-request",
		     "\"CLAIM\"", NULL);
	assert_string_equal(exchange(fd, SAM_FIND), "");
	close(fd);
	run();
	lay(&usb1, 1);
	assert_int_equal(answered(received(other)), 0x9f);
	assert_true(wanted.watch);
	close(other);
	run();
	assert_false(wanted.watch);
}

/* What was read is kept for those who claim, and no longer than they do. */
static void test_nothing_is_kept(void **state)
{
	for (int how = 0; how < 3; how++) {
		int fd = claimer("usb-1");

		assert_int_equal(status(fd, SAM_STATUS), 0x90);
		lay(&usb1, 1);
		assert_int_equal(status(fd, SAM_FIND), 0x9f);
		assert_int_equal(calls, 0);
		if (how == 0)
			close(fd);
		else if (how == 1)
			ask(fd, "{\"class\":\"RELEASE\"}");
		else
			ask(fd, "{\"class\":\"CLAIM\",\"reader\":\"usb-1\"}");
		run();
		if (how)
			close(fd);
		fd = claimer("usb-1");
		assert_int_equal(status(fd, SAM_FIND), 0x9f);
		assert_int_equal(calls, 1);
		close(fd);
		run();
		lift(&usb1);
		calls = 0;
	}
}

/* Nor for those who claim another reader. */
static void test_nothing_is_kept_of_other_readers(void **state)
{
	int fd, other;

	reader_is(&usb2, "usb-2", 0x90, true);
	other = claimer("usb-2");
	assert_int_equal(status(other, SAM_STATUS), 0x90);
	lay(&usb1, 1);
	fd = claimer("usb-1");
	assert_int_equal(status(fd, SAM_FIND), 0x9f);
	assert_int_equal(calls, 1);
	assert_ptr_equal(called, &usb1);
	close(fd);
	close(other);
}

/* Comes, finds, vanishes: the reader goes on looking for cards, and who stays is served. */
static void test_who_vanishes_makes_nobody_read_without_end(void **state)
{
	int w = client(ACCESS_MEMBER), fd;

	watch(w, "none");
	lay(&usb1, 1);
	for (int i = 0; i < 20; i++) {
		fd = claimer("usb-1");
		assert_int_equal(status(fd, SAM_FIND), 0x9f);
		close(fd);
		run();
	}
	assert_within(calls, 1, 2);
	/* Who stays waits a little longer. */
	calls = 0;
	fd = claimer("usb-1");
	assert_int_equal(status(fd, SAM_FIND), 0x9f);
	assert_int_equal(calls, 0);
	clock_offset += 4100 * 1000;
	happens(&usb1, READER_EVENT_RESTING);
	assert_int_equal(calls, 1);
	assert_int_equal(status(fd, SAM_SELECT), 0x90);
	assert_string_equal(exchange(fd, SAM_READ), "");
	is_read(&usb1, 1, true);
	assert_int_equal(answered(received(fd)), 0x90);
	assert_int_equal(card(), 1);
	/* The next card is read at once for those who come late. */
	close(fd);
	run();
	lift(&usb1);
	calls = 0;
	lay(&usb1, 2);
	fd = claimer("usb-1");
	assert_int_equal(status(fd, SAM_FIND), 0x9f);
	assert_int_equal(calls, 1);
	close(fd);
	close(w);
}

/* The card would be for the user who sits there now. */
static void test_who_left_the_seat_gets_no_frame(void **state)
{
	int desk = client(ACCESS_SEAT);
	const char *text;

	assert_parts(ask(desk, "{\"class\":\"CLAIM\",\"reader\":\"usb-1\"}"), "\"CLAIM\"", NULL);
	assert_string_equal(exchange(desk, SAM_FIND), "");
	at_seat = false;
	lay(&usb1, 1);
	text = received(desk);
	assert_parts(text, "permission-denied", NULL);
	assert_null(strstr(text, "frame"));
	assert_null(received(desk));
	run();
	assert_false(wanted.watch);
	close(desk);
}

/* Read for the watch: the claim that comes late has it read once more, unheard by all others. */
static void test_came_late(void **state)
{
	int w = client(ACCESS_MEMBER), fd = claimer("usb-1");

	watch(w, "none");
	lay(&usb1, 1);
	assert_int_equal(status(fd, SAM_FIND), 0x9f);
	assert_int_equal(calls, 1);
	assert_int_equal(status(fd, SAM_SELECT), 0x90);
	assert_string_equal(exchange(fd, SAM_READ), "");
	/* Another lies there by now, and it is that which is read. */
	happens(&usb1, READER_EVENT_LIFTED);
	assert_int_equal(answered(received(fd)), 0x41);
	lay(&usb1, 2);
	assert_int_equal(status(fd, SAM_READ), 0x41);
	assert_int_equal(status(fd, SAM_FIND), 0x9f);
	assert_int_equal(status(fd, SAM_SELECT), 0x90);
	assert_int_equal(status(fd, SAM_READ), 0x90);
	assert_int_equal(card(), 2);
	assert_string_equal(received(w), "");
	close(w);
	close(fd);
}

static void test_reader_that_fails(void **state)
{
	int fd = claimer("usb-1");

	assert_int_equal(status(fd, SAM_STATUS), 0x90);
	lay(&usb1, 1);
	assert_int_equal(status(fd, SAM_FIND), 0x9f);
	/* Its line is mended, and what lies there is not known until it looked again. */
	reader_is(&usb1, "usb-1", 0x90, false);
	assert_string_equal(exchange(fd, SAM_SELECT), "");
	happens(&usb1, READER_EVENT_RESTING);
	assert_int_equal(answered(received(fd)), 0x90);
	assert_int_equal(calls, 1);
	reader_is(&usb1, "usb-1", 0x66, false);
	assert_int_equal(status(fd, SAM_STATUS), 0x66);
	assert_int_equal(status(fd, SAM_FIND), 0x66);
	reader_is(&usb1, "usb-1", 0, false);
	assert_string_equal(exchange(fd, SAM_STATUS), "");
	reader_is(&usb1, "usb-1", 0x90, false);
	assert_int_equal(answered(received(fd)), 0x90);
	close(fd);
}

/* The daemon ends while all of it waits: tear_down() and the sanitizer look for what is left. */
static void test_end_while_waiting(void **state)
{
	int fd = claimer("usb-1");

	lay(&usb1, 1);
	assert_int_equal(status(fd, SAM_RESET), 0x90);
	is_read(&usb1, 1, true);
	lift(&usb1);
	happens(&usb1, READER_EVENT_PLACED);
	assert_string_equal(exchange(fd, SAM_FIND), "");
	hub = hub_free(hub);
	close(fd);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, claims_set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_claim),
		T(test_bad_exchanges),
		T(test_what_is_wanted),
		T(test_lapse),
		T(test_two_claims_and_a_watch),
		T(test_readers_are_apart),
		T(test_readers_of_one_name),
		T(test_reader_unplugged_at_each_point),
		T(test_ends_while_it_waits),
		T(test_nothing_is_kept),
		T(test_nothing_is_kept_of_other_readers),
		T(test_who_left_the_seat_gets_no_frame),
		T(test_who_vanishes_makes_nobody_read_without_end),
		T(test_came_late),
		T(test_reader_that_fails),
		T(test_end_while_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
