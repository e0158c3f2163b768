// SPDX-License-Identifier: GPL-2.0-or-later
/* Who is behind a connection, with real sockets of this computer. */
#include "test.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util.h"
#include "web/peer.h"

enum { STRANGER = 65534 };

/* A listener at 127.0.0.1 or ::1, and where it is. */
static int listen_at(int family, struct sockaddr_storage *ret, socklen_t *ret_size)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*ret = (struct sockaddr_storage){ .ss_family = family };
	if (family == AF_INET)
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		v6->sin6_addr = in6addr_loopback;
	*ret_size = family == AF_INET ? sizeof(*v4) : sizeof(*v6);
	if (fd < 0 || bind(fd, (struct sockaddr *)ret, *ret_size) < 0)
		return safe_close(fd);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)ret, ret_size), 0);
	return fd;
}

/* A connection whose other end belongs to @uid. */
static int connect_as(uid_t uid, const struct sockaddr_storage *address, socklen_t size)
{
	int fd;

	assert_int_equal(seteuid(uid), 0);
	fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)address, size), 0);
	return fd;
}

static void check_owner(int family)
{
	struct sockaddr_storage address;
	socklen_t size;
	int listener = listen_at(family, &address, &size), client, server;
	uid_t uid = 1;

	if (listener < 0 && family == AF_INET6)
		return;		/* none here */
	assert_true(listener >= 0);
	for (int i = 0; i < 2; i++) {
		client = connect_as(i ? STRANGER : 0, &address, size);
		server = accept(listener, NULL, NULL);
		assert_int_equal(peer_uid(server, &uid), 0);
		assert_int_equal(uid, i ? STRANGER : 0);
		/* and the other way round */
		assert_int_equal(peer_uid(client, &uid), 0);
		assert_int_equal(uid, 0);
		close(client);
		close(server);
	}
	close(listener);
}

static void test_owner(void **state)
{
	if (geteuid() != 0)
		skip();
	check_owner(AF_INET);
	check_owner(AF_INET6);
}

/* An IPv6 socket that speaks IPv4. */
static void test_mapped(void **state)
{
	struct sockaddr_storage address;
	socklen_t size;
	int listener = listen_at(AF_INET, &address, &size), client, server;
	struct sockaddr_in6 mapped = {
		.sin6_family = AF_INET6, .sin6_port = ((struct sockaddr_in *)&address)->sin_port,
		.sin6_addr.s6_addr = { [10] = 0xff, 0xff, 127, 0, 0, 1 },
	};
	uid_t uid = 1;

	client = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client < 0)
		skip();
	assert_int_equal(connect(client, (struct sockaddr *)&mapped, sizeof(mapped)), 0);
	server = accept(listener, NULL, NULL);
	assert_int_equal(peer_uid(server, &uid), 0);
	assert_int_equal(uid, geteuid());
	close(client);
	close(server);
	close(listener);
}

/*
 * The kernel calls root the owner of a socket that nobody holds any more: who sends a request and
 * closes must not be taken for root. Half closed is not closed.
 */
static void test_closed(void **state)
{
	struct sockaddr_storage address;
	socklen_t size;
	int listener = listen_at(AF_INET, &address, &size), client, server;
	uid_t uid = 1;

	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(client, (struct sockaddr *)&address, size), 0);
	server = accept(listener, NULL, NULL);
	shutdown(client, SHUT_WR);
	assert_int_equal(peer_uid(server, &uid), 0);
	uid = 1;
	close(client);
	assert_int_equal(peer_uid(server, &uid), -ENOENT);
	assert_int_equal(uid, 1);
	close(server);
	close(listener);
}

/* Of a connection that is gone, the kernel finds who listens on its port instead. */
static void test_listener_on_the_port(void **state)
{
	struct sockaddr_storage address, own;
	socklen_t size, own_size = sizeof(own);
	int listener = listen_at(AF_INET, &address, &size), client, server, impostor, on = 1;
	struct linger linger = { .l_onoff = 1 };
	uid_t uid = 1;

	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(setsockopt(client, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	assert_int_equal(connect(client, (struct sockaddr *)&address, size), 0);
	server = accept(listener, NULL, NULL);
	assert_int_equal(getsockname(client, (struct sockaddr *)&own, &own_size), 0);
	/* reset, so that the port is free at once */
	setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(client);
	impostor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(setsockopt(impostor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	assert_int_equal(bind(impostor, (struct sockaddr *)&own, own_size), 0);
	assert_int_equal(listen(impostor, 1), 0);
	assert_true(peer_uid(server, &uid) < 0);
	assert_int_equal(uid, 1);
	close(impostor);
	close(server);
	close(listener);
}

static void test_no_connection(void **state)
{
	int pair[2], fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uid_t uid;

	assert_int_equal(peer_uid(fd, &uid), -ENOTCONN);
	close(fd);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(peer_uid(pair[0], &uid), -EAFNOSUPPORT);
	close(pair[0]);
	close(pair[1]);
	assert_int_equal(peer_uid(-1, &uid), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_listener_on_the_port),
		cmocka_unit_test(test_no_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
