// SPDX-License-Identifier: GPL-2.0-or-later
/* The client of idcard.h, against a server that is played by this program. */
#include "test.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "idcard.h"
#include "stream.h"
#include "util.h"

#define GREETING "{\"class\":\"VERSION\",\"release\":\"1.2.3\",\"proto_major\":1,\"proto_minor\":9,\"new\":{}}\n"

DEFINE_CLEANUP(idcard_client *, idcard_client_close)

struct server {
	char path[64];
	int listener;
	int connection;	/* of the client that was accepted */
};

static int setup(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct server *s = calloc(1, sizeof(*s));

	s->connection = -1;
	snprintf(s->path, sizeof(s->path), "/tmp/idcard-test-client-%d", getpid());
	strcpy(address.sun_path, s->path);
	unlink(s->path);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(s->listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(s->listener, 1) < 0)
		return -1;
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct server *s = *state;

	safe_close(s->connection);
	safe_close(s->listener);
	unlink(s->path);
	free(s);
	return 0;
}

/*
 * idcard_client_open() waits for a greeting, so a child is the server until then: it greets with
 * @size bytes of @greeting and goes. The connection stays open in this process if @ret_client.
 */
static int open_with(struct server *s, const char *greeting, size_t size, idcard_client **ret)
{
	int pair[2], r, status;
	pid_t child;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		int fd = accept(s->listener, NULL, NULL);
		char data[CMSG_SPACE(sizeof(int))] = {};
		struct iovec iov = { .iov_base = (void *)"c", .iov_len = 1 };
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = data,
				    .msg_controllen = sizeof(data) };
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);

		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
		/* in pieces: a greeting may be split anywhere */
		for (size_t i = 0; i < size; i += 7)
			if (send(fd, greeting + i, size - i < 7 ? size - i : 7, MSG_NOSIGNAL) < 0)
				_exit(1);
		_exit(ret && sendmsg(pair[1], &m, 0) != 1);
	}
	r = idcard_client_open(s->path, ret ? ret : &(idcard_client *){ NULL });
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	if (r == 0 && ret) {
		char data[CMSG_SPACE(sizeof(int))], c;
		struct iovec iov = { .iov_base = &c, .iov_len = 1 };
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = data,
				    .msg_controllen = sizeof(data) };

		assert_int_equal(recvmsg(pair[0], &m, MSG_CMSG_CLOEXEC), 1);
		memcpy(&s->connection, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(int));
	}
	close(pair[0]);
	close(pair[1]);
	return r;
}

static int open_refused(struct server *s, const char *greeting)
{
	return open_with(s, greeting, strlen(greeting), NULL);
}

static void connect_client(struct server *s, idcard_client **ret)
{
	assert_int_equal(open_with(s, GREETING, strlen(GREETING), ret), 0);
}

static void serve(struct server *s, const char *text)
{
	assert_int_equal(send(s->connection, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void test_no_daemon(void **state)
{
	struct server *s = *state;
	idcard_client *c = NULL;
	char long_path[200];

	assert_int_equal(idcard_client_open("/nonexistent/socket", &c), -ENOENT);
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(idcard_client_open(long_path, &c), -ENAMETOOLONG);
	/* the socket of a daemon that is gone */
	s->listener = safe_close(s->listener);
	assert_int_equal(idcard_client_open(s->path, &c), -ECONNREFUSED);
	assert_null(c);
}

static void test_greeting(void **state)
{
	_cleanup_(idcard_client_closep) idcard_client *c = NULL;

	connect_client(*state, &c);
	assert_string_equal(idcard_client_release(c), "1.2.3");
}

static void test_refused(void **state)
{
	struct server *s = *state;

	assert_int_equal(open_refused(s, "{\"class\":\"ERROR\",\"code\":\"permission-denied\"}\n"), -EACCES);
	assert_int_equal(open_refused(s, "{\"class\":\"ERROR\",\"code\":\"too-many\"}\n"), -EUSERS);
	assert_int_equal(open_refused(s, "{\"class\":\"ERROR\",\"code\":\"code-of-tomorrow\"}\n"), -EPROTO);
	assert_int_equal(open_refused(s, "{\"class\":\"VERSION\",\"release\":\"2\",\"proto_major\":2}\n"),
			 -EPROTO);
	assert_int_equal(open_refused(s, "{\"class\":\"VERSION\",\"release\":\"2\"}\n"), -EPROTO);
	assert_int_equal(open_refused(s, "{\"class\":\"VERSION\",\"proto_major\":1}\n"), -EPROTO);
	assert_int_equal(open_refused(s, "{\"class\":\"IDENTITY\"}\n"), -EPROTO);
	assert_int_equal(open_refused(s, "[1]\n"), -EPROTO);
	assert_int_equal(open_refused(s, "220 mail.example ESMTP\n"), -EPROTO);
	assert_int_equal(open_refused(s, ""), -ECONNREFUSED);
	assert_int_equal(open_refused(s, "{\"class\":\"VERSION\""), -ECONNREFUSED);
}

static void test_lines(void **state)
{
	_cleanup_(idcard_client_closep) idcard_client *c = NULL;
	struct server *s = *state;
	const char *line;

	connect_client(s, &c);
	assert_int_equal(idcard_client_receive(c, 0, &line), 0);
	serve(s, "{\"a\":1}\n{\"b\":2}\n\n{\"c\"");
	assert_int_equal(idcard_client_receive(c, 0, &line), 1);
	assert_string_equal(line, "{\"a\":1}");
	assert_int_equal(idcard_client_receive(c, 0, &line), 1);
	assert_string_equal(line, "{\"b\":2}");
	assert_int_equal(idcard_client_receive(c, 0, &line), 1);
	assert_string_equal(line, "");
	assert_int_equal(idcard_client_receive(c, 0, &line), 0);
	serve(s, ":3");
	assert_int_equal(idcard_client_receive(c, 0, &line), 0);
	serve(s, "}\n");
	assert_int_equal(idcard_client_receive(c, -1, &line), 1);
	assert_string_equal(line, "{\"c\":3}");
}

/* What came before the end is still given; half a line is not. */
static void test_end(void **state)
{
	_cleanup_(idcard_client_closep) idcard_client *c = NULL;
	struct server *s = *state;
	const char *line;

	connect_client(s, &c);
	serve(s, "{\"last\":1}\n{\"ha");
	s->connection = safe_close(s->connection);
	assert_int_equal(idcard_client_receive(c, -1, &line), 1);
	assert_string_equal(line, "{\"last\":1}");
	assert_int_equal(idcard_client_receive(c, -1, &line), -EPIPE);
	assert_int_equal(idcard_client_send(c, "{}"), -EPIPE);
	assert_int_equal(idcard_client_receive(c, -1, &line), -EPIPE);
}

static void test_timeout(void **state)
{
	_cleanup_(idcard_client_closep) idcard_client *c = NULL;
	uint64_t begin, spent;
	const char *line;

	connect_client(*state, &c);
	begin = now_usec();
	assert_int_equal(idcard_client_receive(c, 60, &line), 0);
	spent = now_usec() - begin;
	assert_true(spent >= 60 * 1000);
	/* half a line does not make the time begin anew */
	serve(*state, "{");
	assert_int_equal(idcard_client_receive(c, 20, &line), 0);
}

/* @size bytes and a newline from a child, because the buffers of the socket are smaller. */
static pid_t serve_big(struct server *s, size_t size)
{
	pid_t child = fork();
	char block[4096];

	assert_true(child >= 0);
	if (child)
		return child;
	memset(block, 'x', sizeof(block));
	while (size) {
		ssize_t n = send(s->connection, block, size < sizeof(block) ? size : sizeof(block),
				 MSG_NOSIGNAL);

		if (n < 0)
			_exit(0);
		size -= n;
	}
	_exit(send(s->connection, "\nafter\n", 7, MSG_NOSIGNAL) < 0);
}

static void test_longest_line(void **state)
{
	_cleanup_(idcard_client_closep) idcard_client *c = NULL;
	const char *line;
	pid_t child;

	connect_client(*state, &c);
	child = serve_big(*state, STREAM_LINE_MAX);
	assert_int_equal(idcard_client_receive(c, 10000, &line), 1);
	assert_int_equal(strlen(line), STREAM_LINE_MAX);
	assert_int_equal(idcard_client_receive(c, 10000, &line), 1);
	assert_string_equal(line, "after");
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void test_too_long_line(void **state)
{
	idcard_client *c = NULL;
	const char *line;
	pid_t child;

	connect_client(*state, &c);
	child = serve_big(*state, STREAM_LINE_MAX + 1);
	assert_int_equal(idcard_client_receive(c, 10000, &line), -EMSGSIZE);
	assert_int_equal(idcard_client_receive(c, 10000, &line), -EMSGSIZE);
	assert_null(idcard_client_close(c));
	assert_int_equal(waitpid(child, NULL, 0), child);
}

/* More than the socket takes is kept, and goes as the other side reads, while the client waits. */
static void test_send(void **state)
{
	_cleanup_(idcard_client_closep) idcard_client *c = NULL;
	_cleanup_free_ char *big = malloc(300001), *got = malloc(300001);
	struct server *s = *state;
	const char *line;
	size_t n = 0;

	connect_client(s, &c);
	assert_int_equal(idcard_client_send(c, "{\"class\":\"STATUS\"}"), 0);
	assert_int_equal(recv(s->connection, got, 300001, 0), 19);
	assert_memory_equal(got, "{\"class\":\"STATUS\"}\n", 19);

	memset(big, 'y', 300000);
	big[300000] = '\0';
	assert_int_equal(idcard_client_send(c, big), 0);
	while (n < 300001) {
		ssize_t part;

		assert_int_equal(idcard_client_receive(c, 0, &line), 0);
		part = recv(s->connection, got + n, 300001 - n, MSG_DONTWAIT);
		assert_true(part > 0);
		n += part;
	}
	assert_memory_equal(got, big, 300000);
	assert_int_equal(got[300000], '\n');
}

/* A program that never reads must not fill the memory. */
static void test_send_bound(void **state)
{
	_cleanup_(idcard_client_closep) idcard_client *c = NULL;
	_cleanup_free_ char *big = malloc(400001);
	int r = 0, n = 0;

	connect_client(*state, &c);
	memset(big, 'y', 400000);
	big[400000] = '\0';
	while (r == 0 && n < 20) {
		r = idcard_client_send(c, big);
		n++;
	}
	assert_int_equal(r, -ENOBUFS);
}

static void test_fd(void **state)
{
	_cleanup_(idcard_client_closep) idcard_client *c = NULL;
	struct pollfd p = { .events = POLLIN };

	connect_client(*state, &c);
	p.fd = idcard_client_fd(c);
	assert_int_equal(poll(&p, 1, 0), 0);
	serve(*state, "{}\n");
	assert_int_equal(poll(&p, 1, 1000), 1);
	assert_null(idcard_client_close(NULL));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_no_daemon),	TEST(test_greeting),	 TEST(test_refused),
		TEST(test_lines),	TEST(test_end),		 TEST(test_timeout),
		TEST(test_longest_line), TEST(test_too_long_line), TEST(test_send),
		TEST(test_send_bound),	TEST(test_fd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
