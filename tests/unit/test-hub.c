// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hub between clients: who is let in by the seat alone, what is asked for, and what waits for
 * a picture.
 */
#include "../range.h"
#include "hub-rig.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "hub-internal.h"
#include "util.h"

/* It would be typed into the form of the user who sits there now. */
static void test_who_left_the_seat_enters_nothing(void **state)
{
	int desk = client(ACCESS_SEAT), watcher = client(ACCESS_MEMBER);

	assert_non_null(strstr(ask(watcher, "{\"class\":\"WATCH\"}"), "WATCH"));
	assert_non_null(strstr(ask(desk, "{\"class\":\"ENTER\",\"text\":\"1\"}"), "IDENTITY"));
	assert_non_null(strstr(received(watcher), "IDENTITY"));

	at_seat = false;
	assert_non_null(strstr(ask(desk, "{\"class\":\"ENTER\",\"text\":\"1\"}"), "permission-denied"));
	assert_null(received(desk));
	assert_string_equal(received(watcher), "");
	assert_int_equal(entries, 1);
	close(desk);
	close(watcher);
}

static void test_who_left_the_seat_keeps_no_reader_awake(void **state)
{
	int desk = client(ACCESS_SEAT);

	at_seat = false;
	assert_non_null(strstr(ask(desk, "{\"class\":\"WATCH\"}"), "permission-denied"));
	assert_false(hub_watched(hub));
	close(desk);
}

static void test_options_are_echoed(void **state)
{
	int fd = client(ACCESS_MEMBER);

	assert_parts(ask(fd, "{\"class\":\"WATCH\"}"), "\"portrait\":\"none\"", "\"portrait_scale\":1",
		     "\"fingerprint\":false", "\"new_address\":false", "\"map_private_use\":false", NULL);
	assert_parts(ask(fd, "{\"class\":\"WATCH\",\"portrait\":\"bmp\",\"portrait_scale\":4,"
			 "\"fingerprint\":true,\"map_private_use\":true,\"id\":\"x\"}"),
		     "\"portrait\":\"bmp\"", "\"portrait_scale\":4", "\"fingerprint\":true",
		     "\"map_private_use\":true", "\"id\":\"x\"", NULL);
	close(fd);
}

static void test_bad_options(void **state)
{
	static const char *const bad[] = {
		"\"portrait\":\"png\"", "\"portrait\":\"\"", "\"portrait\":1", "\"portrait\":null",
		"\"portrait_scale\":0", "\"portrait_scale\":5", "\"portrait_scale\":-1",
		"\"portrait_scale\":1.5", "\"portrait_scale\":\"1\"", "\"portrait_scale\":4294967297",
		"\"fingerprint\":1", "\"new_address\":\"yes\"", "\"map_private_use\":null",
		"\"map_private_use\":0",
	};
	int fd = client(ACCESS_MEMBER);

	for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
		char request[128];

		snprintf(request, sizeof(request), "{\"class\":\"WATCH\",%s}", bad[i]);
		assert_parts(ask(fd, request), "bad-request", NULL);
		snprintf(request, sizeof(request), "{\"class\":\"READ\",%s}", bad[i]);
		assert_parts(ask(fd, request), "bad-request", NULL);
	}
	assert_false(hub_watched(hub));
	assert_parts(ask(fd, "{\"class\":\"ENTER\",\"text\":\"1\",\"source\":\"mrz\"}"), "bad-request",
		     NULL);
	assert_parts(ask(fd, "{\"class\":\"ENTER\",\"text\":\"1\",\"source\":3}"), "bad-request", NULL);
	assert_int_equal(entries, 0);
	close(fd);
}

static void test_source_of_an_entry(void **state)
{
	int fd = client(ACCESS_MEMBER);

	assert_parts(ask(fd, "{\"class\":\"ENTER\",\"text\":\"1\",\"id\":2}"), "\"source\":\"manual\"",
		     NULL);
	assert_parts(ask(fd, "{\"class\":\"ENTER\",\"text\":\"1\",\"source\":\"qr\"}"),
		     "\"source\":\"qr\"", NULL);
	close(fd);
}

/* Who wants the picture waits for it, with all that comes later; nobody else does. */
static void test_pictures_keep_the_order(void **state)
{
	int jpeg = client(ACCESS_MEMBER), plain = client(ACCESS_MEMBER);
	struct decoding *first, *second;

	watch(jpeg, "jpeg");
	watch(plain, "none");
	first = place(false);
	assert_int_equal(starts, 1);
	assert_parts(received(plain), "\"seq\":1,", "\"status\":\"off\"", NULL);
	assert_string_equal(ask(jpeg, "{\"class\":\"VERSION\",\"id\":77}"), "");
	second = place(false);
	assert_parts(received(plain), "\"seq\":2,", NULL);
	/* The later one first: it keeps its place. */
	picture_comes(second);
	assert_string_equal(received(jpeg), "");
	picture_comes(first);
	assert_parts(received(jpeg), "\"seq\":1,", "\"status\":\"ok\"", "\"format\":\"jpeg\"",
		     "\"id\":77", "\"seq\":2,", "\"status\":\"ok\"", NULL);
	assert_int_equal(decodings, 0);
	assert_parts(ask(jpeg, "{\"class\":\"VERSION\",\"id\":78}"), "\"id\":78", NULL);
	close(jpeg);
	close(plain);
}

static void test_nobody_wants_the_picture(void **state)
{
	int wlt = client(ACCESS_MEMBER);

	watch(wlt, "wlt");
	place(false);
	assert_parts(received(wlt), "\"status\":\"no-decoder\"", "\"format\":\"wlt\"", NULL);
	assert_int_equal(starts, 0);
	assert_int_equal(decodings, 0);
	close(wlt);
}

/* It has its card: the next is not for it, and its time cannot run out any more. */
static void test_read_waits_for_its_picture(void **state)
{
	int fd = client(ACCESS_MEMBER), other = client(ACCESS_MEMBER);
	struct decoding *g;

	watch(other, "none");
	assert_string_equal(ask(fd, "{\"class\":\"READ\",\"portrait\":\"bmp\",\"timeout\":0.1,"
				"\"id\":\"r\"}"), "");
	g = place(false);
	place(false);
	assert_true(sd_event_run(event, 300000) >= 0);
	assert_string_equal(received(fd), "");
	/* The next READ of this client takes the next card, and is answered behind. */
	assert_string_equal(ask(fd, "{\"class\":\"READ\",\"id\":2}"), "");
	place(false);
	assert_string_equal(received(fd), "");
	picture_comes(g);
	assert_parts(received(fd), "\"id\":\"r\"", "\"seq\":1,", "\"format\":\"bmp\"", "\"id\":2,",
		     "\"seq\":3,", NULL);
	close(fd);
	close(other);
}

static void test_who_goes_waits_for_nothing(void **state)
{
	int fd = client(ACCESS_MEMBER), other = client(ACCESS_MEMBER);

	watch(fd, "jpeg");
	watch(other, "none");
	place(false);
	assert_int_equal(decodings, 1);
	close(fd);
	run();
	assert_int_equal(decodings, 0);
	assert_parts(received(other), "\"seq\":1,", NULL);
	close(other);
}

static void test_who_left_the_seat_gets_no_late_picture(void **state)
{
	int desk = client(ACCESS_SEAT);
	struct decoding *g;

	watch(desk, "jpeg");
	g = place(false);
	ask(desk, "{\"class\":\"VERSION\"}");
	at_seat = false;
	picture_comes(g);
	{
		const char *text = received(desk);

		assert_parts(text, "permission-denied", NULL);
		assert_null(strstr(text, "IDENTITY"));
		assert_null(strstr(text, "VERSION"));
	}
	assert_null(received(desk));
	close(desk);
}

/* The daemon ends while somebody waits: tear_down() looks for what is left. */
static void test_end_while_waiting(void **state)
{
	int fd = client(ACCESS_MEMBER);

	watch(fd, "jpeg");
	place(false);
	assert_int_equal(decodings, 1);
	hub = hub_free(hub);
	close(fd);
}

/* Rather no picture than no end of what waits; nothing is lost and the order stays. */
static void test_bound_of_what_waits(void **state)
{
	int fd = client(ACCESS_MEMBER);
	char part[64];
	const char *text;

	watch(fd, "jpeg");
	for (int i = 1; i <= 70; i++)
		place(false);
	text = received(fd);
	for (int i = 1; i <= 64; i++) {
		snprintf(part, sizeof(part), "\"seq\":%d,", i);
		assert_parts(text, part, "\"reason\":\"fault\"", NULL);
		text = strstr(text, part);
	}
	assert_null(strstr(text, "\"seq\":65,"));
	assert_int_equal(decodings, 6);
	close(fd);
}

/* More pictures come at once than fit into its queue: it gets them all, as fast as it reads. */
static void test_pictures_wait_for_the_reader(void **state)
{
	enum { CARDS = 5 };
	int fd = client(ACCESS_MEMBER);
	static char text[512 * 1024];
	struct decoding *g[CARDS];
	unsigned int lines = 0;
	ssize_t n;

	/* Some 800 KB each. */
	assert_parts(ask(fd, "{\"class\":\"WATCH\",\"portrait\":\"bmp\",\"portrait_scale\":4}"),
		     "\"portrait_scale\":4", NULL);
	for (int i = 0; i < CARDS; i++)
		g[i] = place(false);
	for (int i = CARDS - 1; i > 0; i--)
		g[i]->done = true;
	picture_comes(g[0]);
	do {
		run();
		n = recv(fd, text, sizeof(text), MSG_DONTWAIT);
		for (ssize_t i = 0; i < n; i++)
			lines += text[i] == '\n';
	} while (n > 0);
	assert_int_equal(n, -1);
	assert_int_equal(lines, CARDS);
	assert_int_equal(decodings, 0);
	assert_parts(ask(fd, "{\"class\":\"VERSION\",\"id\":5}"), "\"id\":5", NULL);
	close(fd);
}

/* Held for the time of the seat, also when something else is to be said. */
static void test_who_left_the_seat_times_out_with_nothing(void **state)
{
	int desk = client(ACCESS_SEAT);
	struct decoding *g;
	const char *text;

	watch(desk, "jpeg");
	g = place(false);
	assert_string_equal(ask(desk, "{\"class\":\"READ\",\"timeout\":0.1}"), "");
	g->done = true;
	at_seat = false;
	assert_int_equal(sd_event_run(event, 1000 * 1000), 1);
	text = received(desk);
	assert_parts(text, "permission-denied", NULL);
	assert_null(strstr(text, "IDENTITY"));
	assert_null(received(desk));
	close(desk);
}

/* Its socket is full and it takes nothing: it goes all the same, and its place is free. */
static void test_who_left_the_seat_keeps_no_place(void **state)
{
	int desk = client(ACCESS_SEAT), other = client(ACCESS_MEMBER);

	watch(desk, "none");
	for (int i = 0; i < 4000; i++) {
		json_auto_t *object = json_pack("{s:s, s:s}", "class", "DEVICE", "x", "0123456789"
						"0123456789012345678901234567890123456789");

		hub_publish(hub, object);
	}
	assert_true(hub_watched(hub));
	at_seat = false;
	hub_publish(hub, (json_t *)json_null());
	run();
	assert_false(hub_watched(hub));
	assert_parts(ask(other, "{\"class\":\"STATUS\"}"), "\"clients\":2", NULL);
	/* The one thing that is due. */
	assert_int_equal(sd_event_run(event, 30 * 1000 * 1000), 1);
	run();
	assert_parts(ask(other, "{\"class\":\"STATUS\"}"), "\"clients\":1", NULL);
	close(desk);
	close(other);
}

/* The daemon that follows one that was killed waits for as many. */
static void test_who_waits_for_cards_is_counted(void **state)
{
	int a = client(ACCESS_MEMBER), b = client(ACCESS_MEMBER), c = client(ACCESS_MEMBER);

	assert_int_equal(watchers, 0);
	watch(a, "none");
	watch(b, "none");
	assert_int_equal(watchers, 2);
	assert_int_equal(write(c, "{\"class\":\"READ\"}\n", 17), 17);
	run();
	assert_int_equal(watchers, 3);
	close(a);
	run();
	assert_int_equal(watchers, 2);
	close(b);
	close(c);
	run();
	assert_int_equal(watchers, 0);
}

static void test_repeat(void **state)
{
	int fd = client(ACCESS_MEMBER), other = client(ACCESS_MEMBER);

	watch(other, "jpeg");
	assert_parts(ask(fd, "{\"class\":\"WATCH\",\"repeat\":true}"), "\"repeat\":true", NULL);
	assert_true(hub_repeats(hub));
	place(true);
	assert_int_equal(starts, 0);
	assert_parts(received(fd), "\"seq\":1,", NULL);
	assert_string_equal(received(other), "");
	close(fd);
	close(other);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_who_left_the_seat_enters_nothing),
		T(test_who_left_the_seat_keeps_no_reader_awake),
		T(test_options_are_echoed),
		T(test_bad_options),
		T(test_source_of_an_entry),
		T(test_pictures_keep_the_order),
		T(test_nobody_wants_the_picture),
		T(test_read_waits_for_its_picture),
		T(test_who_goes_waits_for_nothing),
		T(test_who_left_the_seat_gets_no_late_picture),
		T(test_end_while_waiting),
		T(test_bound_of_what_waits),
		T(test_pictures_wait_for_the_reader),
		T(test_who_left_the_seat_times_out_with_nothing),
		T(test_who_left_the_seat_keeps_no_place),
		T(test_who_waits_for_cards_is_counted),
		T(test_repeat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
