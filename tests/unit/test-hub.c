// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hub between clients: who is let in by the seat alone, what is asked for, and what waits for
 * a picture.
 */
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

/* One who asks without end and reads nothing is sent away before the others notice. */
static void test_flood(void **state)
{
	int fd = client(ACCESS_MEMBER), other = client(ACCESS_MEMBER), room = 64 * 1024;
	static char requests[64 * 1024];
	uint64_t from = now_usec();

	for (size_t i = 0; i < sizeof(requests); i += 2)
		memcpy(requests + i, "1\n", 2);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)), 0);
	assert_int_equal(send(fd, requests, sizeof(requests), MSG_DONTWAIT), sizeof(requests));
	assert_parts(ask(other, "{\"class\":\"VERSION\",\"id\":5}"), "\"id\":5", NULL);
	assert_true(now_usec() - from < 2 * 1000 * 1000);
	close(fd);
	close(other);
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

/* A repeat is for those who asked for repeats, whatever they wait for. */
/* One user asks by many connections; another has his rate for himself. */
static void test_rate_is_of_the_user(void **state)
{
	enum { MANY = 12, EACH = 100 };
	unsigned int refused = 0;
	int crowd[MANY], other;

	for (int i = 0; i < MANY; i++)
		crowd[i] = client(ACCESS_MEMBER);
	next_uid = 2000;
	other = client(ACCESS_MEMBER);
	clock_stopped = (int64_t)now_usec();
	for (int i = 0; i < MANY; i++)
		for (int k = 0; k < EACH; k++)
			refused += !strstr(ask(crowd[i], "{\"class\":\"VERSION\"}"), "VERSION");
	/* Those of one connection alone would all be answered. */
	assert_int_equal(refused, MANY * EACH - 800);
	assert_parts(ask(other, "{\"class\":\"VERSION\",\"id\":1}"), "VERSION", "\"id\":1", NULL);
	/* Who goes and comes again has no more. */
	close(crowd[0]);
	next_uid = 1000;
	crowd[0] = client(ACCESS_MEMBER);
	refused = 0;
	for (int k = 0; k < EACH; k++)
		refused += !strstr(ask(crowd[0], "{\"class\":\"VERSION\"}"), "VERSION");
	assert_int_equal(refused, EACH);
	/* All the same it comes back, when what was not listened to is answered. */
	for (int i = 0; i < 10; i++) {
		clock_stopped += 10 * 1000 * 1000;
		assert_true(sd_event_run(event, 300 * 1000) >= 0);
		run();
	}
	assert_parts(ask(crowd[0], "{\"class\":\"VERSION\",\"id\":2}"), "VERSION", "\"id\":2", NULL);
	for (int i = 0; i < MANY; i++)
		close(crowd[i]);
	close(other);
}

static uint64_t real_ms(void)
{
	struct timespec now;

	timespec_get(&now, TIME_UTC);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* One answer to what is too much, then silence for a while; what came meanwhile is not lost. */
static void test_too_much_is_not_listened_to(void **state)
{
	int fd = client(ACCESS_MEMBER), room = 64 * 1024;
	static char requests[64 * 1024];
	unsigned int refused = 0;
	const char *at;
	uint64_t begun;

	clock_stopped = (int64_t)now_usec();
	for (size_t i = 0; i + 20 <= sizeof(requests); i += 20)
		memcpy(requests + i, "{\"class\":\"VERSION\"}\n", 20);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)), 0);
	assert_true(send(fd, requests, 1000 * 20, MSG_DONTWAIT) == 1000 * 20);
	begun = real_ms();
	for (at = received(fd); (at = strstr(at, "too-many")); at++)
		refused++;
	/* One more for each pause that a slow machine has time for. */
	assert_in_range(refused, 1, 1 + (real_ms() - begun) / 100);
	/* The pause is over, and the rate has room for all that is left. */
	for (int i = 0; i < 10; i++) {
		clock_stopped += 10 * 1000 * 1000;
		assert_true(sd_event_run(event, 300 * 1000) >= 0);
		run();
	}
	assert_parts(ask(fd, "{\"class\":\"VERSION\",\"id\":7}"), "\"id\":7", NULL);
	close(fd);
}

/* What one user does not read is bounded, however many connections it is for. */
static void test_what_a_user_does_not_read_is_bounded(void **state)
{
	enum { MANY = 40 };
	int crowd[MANY], other, gone = 0;
	char *text = malloc(300 * 1024);

	for (int i = 0; i < MANY; i++) {
		crowd[i] = client(ACCESS_MEMBER);
		watch(crowd[i], "none");
	}
	next_uid = 2000;
	other = client(ACCESS_MEMBER);
	watch(other, "none");
	memset(text, 'x', 300 * 1024);
	for (int k = 0; k < 5; k++) {
		json_auto_t *object = json_pack("{s:s, s:s%}", "class", "DEVICE", "x", text, (size_t)300 * 1024);

		hub_publish(hub, object);
		run();
		/* This one reads. */
		assert_non_null(received(other));
	}
	free(text);
	assert_parts(ask(other, "{\"class\":\"STATUS\"}"), "\"class\":\"STATUS\"", NULL);
	for (int i = 0; i < MANY; i++) {
		struct pollfd p = { .fd = crowd[i], .events = POLLRDHUP };

		gone += poll(&p, 1, 0) == 1 && p.revents & (POLLRDHUP | POLLHUP);
	}
	/* Each has up to 2 MiB, all together 16. */
	assert_in_range(gone, MANY - 16, MANY - 4);
	for (int i = 0; i < MANY; i++)
		close(crowd[i]);
	close(other);
}

/* Four users take all they can get, and a fifth still gets in, as does root. */
static void test_users_together_shut_out_nobody(void **state)
{
	enum { USERS = 12, EACH = 300 };
	struct rlimit files;
	static int fds[USERS * EACH];
	unsigned int n = 0, had = 0;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = files.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	if (files.rlim_max < 3 * CLIENTS_MAX)
		skip();
	for (int user = 0; user < USERS; user++) {
		unsigned int let_in = 0;

		next_uid = 2000 + user;
		for (int i = 0; i < EACH; i++) {
			/* Nobody has to wait for the rate here. */
			clock_offset += 1000 * 1000;
			fds[n] = knock(ACCESS_MEMBER);
			let_in += strstr(received(fds[n++]), "VERSION") != NULL;
		}
		/* Of what is left, half; and one alone has 256. */
		assert_in_range(let_in, user ? 2 : 256, 256);
		had += let_in;
	}
	assert_in_range(had, CLIENTS_MAX / 2, CLIENTS_MAX - CLIENTS_KEPT - 1);
	next_uid = 3000;
	close(client(ACCESS_MEMBER));
	next_uid = 0;
	close(client(ACCESS_MEMBER));
	while (n)
		close(fds[--n]);
}

/* Requests of those who are in wait for who knocks; and not for ever. */
static void test_knocks_come_first_and_not_always(void **state)
{
	int in[4], late, fd = -1;
	unsigned int n = 0;
	const char *text;

	for (size_t i = 0; i < ELEMENTSOF(in); i++) {
		in[i] = client(ACCESS_MEMBER);
		assert_true(send(in[i], "{\"class\":\"VERSION\"}\n", 20, 0) == 20);
	}
	late = knock(ACCESS_MEMBER);
	assert_int_equal(sd_event_run(event, 0), 1);
	assert_true(recv(late, (char[512]){}, 512, MSG_DONTWAIT) > 0);
	clock_stopped = (int64_t)now_usec();
	looking_takes = 10 * 1000;
	do {
		safe_close(fd);
		fd = knock(ACCESS_DENIED);
		text = received(fd);
	} while (text && *text && ++n < 1000);
	assert_non_null(text);
	assert_in_range(n, 20, 40);
	for (size_t i = 0; i < ELEMENTSOF(in); i++) {
		assert_parts(ask(in[i], "{\"class\":\"VERSION\",\"id\":5}"), "\"id\":5", NULL);
		close(in[i]);
	}
	run();
	clock_stopped += 1000 * 1000;
	assert_int_equal(sd_event_run(event, 10 * 1000 * 1000), 1);
	assert_parts(received(fd), "permission-denied", NULL);
	close(fd);
	close(late);
}

/* Who knocks without end is one turn of the loop, not one turn each time. */
static void test_knocking_holds_nobody_up(void **state)
{
	enum { MANY = 7 };
	int fds[MANY];

	for (int i = 0; i < MANY; i++)
		fds[i] = knock(ACCESS_DENIED);
	assert_int_equal(sd_event_run(event, 0), 1);
	for (int i = 0; i < MANY; i++) {
		char text[512] = "";

		assert_true(recv(fds[i], text, sizeof(text) - 1, MSG_DONTWAIT) > 0);
		assert_parts(text, "permission-denied", NULL);
		close(fds[i]);
	}
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
		T(test_flood),
		T(test_who_left_the_seat_times_out_with_nothing),
		T(test_knocking_holds_nobody_up),
		T(test_users_together_shut_out_nobody),
		T(test_knocks_come_first_and_not_always),
		T(test_too_much_is_not_listened_to),
		T(test_what_a_user_does_not_read_is_bounded),
		T(test_rate_is_of_the_user),
		T(test_who_left_the_seat_keeps_no_place),
		T(test_who_waits_for_cards_is_counted),
		T(test_repeat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
