// SPDX-License-Identifier: GPL-2.0-or-later
/* The hub between clients of which one is let in by the seat alone. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

#include "access.h"
#include "hub.h"
#include "peer.h"
#include "util.h"

enum { DESK = 1000 };

static sd_event *event;
static struct hub *hub;
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static socklen_t address_size = sizeof(address);
static enum access next_access;
static bool at_seat;
static unsigned int entries;

enum access __wrap_access_of_peer(int fd, gid_t group, uid_t *ret_uid);
bool __wrap_access_at_seat(uid_t uid);

enum access __wrap_access_of_peer(int fd, gid_t group, uid_t *ret_uid)
{
	*ret_uid = DESK;
	return next_access;
}

bool __wrap_access_at_seat(uid_t uid)
{
	return at_seat;
}

static void on_want(const struct reader_want *want, void *userdata)
{
}

static json_t *on_devices(void *userdata)
{
	return json_array();
}

static enum idcard_error on_enter(const char *text, json_t **ret, void *userdata)
{
	entries++;
	*ret = json_pack("{s:s}", "class", "IDENTITY");
	return IDCARD_ERROR_NONE;
}

static int set_up(void **state)
{
	static const struct hub_backend backend = {
		.want = on_want, .devices = on_devices, .enter = on_enter,
	};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	at_seat = true;
	entries = 0;
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(hub_new(event, &backend, &hub), 0);
	/* The kernel chooses an abstract name. */
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(sa_family_t)), 0);
	address_size = sizeof(address);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &address_size), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_true(hub_listen(hub, fd) >= 0);
	return 0;
}

static int tear_down(void **state)
{
	hub = hub_free(hub);
	event = sd_event_unref(event);
	return 0;
}

static void run(void)
{
	while (sd_event_run(event, 0) > 0)
		;
}

/* What came since; NULL when the hub closed before anything else. */
static const char *received(int fd)
{
	static char text[4096];
	ssize_t n;

	run();
	n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);
	if (n == 0)
		return NULL;
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static int client(enum access access)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	next_access = access;
	assert_int_equal(connect(fd, (struct sockaddr *)&address, address_size), 0);
	assert_non_null(strstr(received(fd), "VERSION"));
	return fd;
}

static const char *ask(int fd, const char *request)
{
	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	assert_int_equal(send(fd, "\n", 1, 0), 1);
	return received(fd);
}

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

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_who_left_the_seat_enters_nothing),
		T(test_who_left_the_seat_keeps_no_reader_awake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
