// SPDX-License-Identifier: GPL-2.0-or-later
/* What the hub bears: how often one user may ask, knock, be connected, and leave unread. */
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
	assert_within(refused, 1, 1 + (real_ms() - begun) / 100);
	/* The pause is over, and the rate has room for all that is left. */
	for (int i = 0; i < 10; i++) {
		clock_stopped += 10 * 1000 * 1000;
		assert_true(sd_event_run(event, 300 * 1000) >= 0);
		run();
	}
	assert_parts(ask(fd, "{\"class\":\"VERSION\",\"id\":7}"), "\"id\":7", NULL);
	close(fd);
}

static bool refused(int fd)
{
	return strstr(received(fd), "too-many");
}

/* Whoever goes on all the same is listened to less and less: after 0.1, 0.3, 0.7, 1.5, 3.1 s. */
static void test_pauses_grow(void **state)
{
	int fd = client(ACCESS_MEMBER);
	static char requests[400 * 20];
	unsigned int times = 0;
	uint64_t begun;

	clock_stopped = (int64_t)now_usec();
	for (size_t i = 0; i < sizeof(requests); i += 20)
		memcpy(requests + i, "{\"class\":\"VERSION\"}\n", 20);
	assert_int_equal(write(fd, requests, sizeof(requests)), sizeof(requests));
	begun = real_ms();
	while (real_ms() - begun < 1400) {
		run();
		times += refused(fd);
		assert_true(sd_event_run(event, 50 * 1000) >= 0);
	}
	assert_within(times, 1, 4);
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
	assert_within(gone, MANY - 16, MANY - 4);
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
		assert_within(let_in, user ? 2 : 256, 256);
		had += let_in;
	}
	assert_within(had, CLIENTS_MAX / 2, CLIENTS_MAX - CLIENTS_KEPT - 1);
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
	assert_within(n, 20, 40);
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

/* Who connected and went has nobody wait: it is not looked at. */
static void test_who_has_gone_is_not_looked_at(void **state)
{
	int late;

	for (int i = 0; i < 7; i++)
		close(knock(ACCESS_DENIED));
	late = knock(ACCESS_MEMBER);
	assert_non_null(strstr(received(late), "VERSION"));
	assert_int_equal(looked_at, 1);
	/* Who only says no more is there, and is told. */
	assert_int_equal(shutdown(late, SHUT_WR), 0);
	close(late);
	late = knock(ACCESS_DENIED);
	assert_int_equal(shutdown(late, SHUT_WR), 0);
	assert_parts(received(late), "permission-denied", NULL);
	close(late);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_flood),
		T(test_rate_is_of_the_user),
		T(test_too_much_is_not_listened_to),
		T(test_pauses_grow),
		T(test_what_a_user_does_not_read_is_bounded),
		T(test_users_together_shut_out_nobody),
		T(test_knocks_come_first_and_not_always),
		T(test_knocking_holds_nobody_up),
		T(test_who_has_gone_is_not_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
