// SPDX-License-Identifier: GPL-2.0-or-later
/* What should never be sent, sent: a clear error, and nothing else disturbed. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "frame.h"
#include "uapi/idcard.h"
#include "util.h"

static void start(void)
{
	sim_start("split");
	sim("plug");
	ready();
}

/* An honest client still gets its card. */
static void card_arrives(struct lines *l)
{
	json_t *identity;

	sim("place foreigner_2023");
	identity = json_loads(lines_next(l, 5000), 0, NULL);
	require(strcmp(get(identity, "id_number"), personas[2].number) == 0, "the wrong person");
	json_decref(identity);
	lift();
}

static int connect_raw(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = IDCARD_SOCKET };
	struct timeval limit = { .tv_sec = slow(5) };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	require(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "connect: %s",
		strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	return fd;
}

/* Send, and expect an ERROR with this code among what comes back. */
static void expect_error(const void *bytes, size_t size, const char *code)
{
	int fd = connect_raw();
	char reply[65536], pattern[64];
	size_t have = 0;

	require(send(fd, bytes, size, MSG_NOSIGNAL) == (ssize_t)size, "%s: not taken: %s", code,
		strerror(errno));
	snprintf(pattern, sizeof(pattern), "\"code\":\"%s\"", code);
	do {
		ssize_t n = recv(fd, reply + have, sizeof(reply) - 1 - have, 0);

		require(n > 0, "no error %s", code);
		have += n;
		reply[have] = '\0';
	} while (!strstr(reply, pattern));
	close(fd);
}

void test_bad_input_socket(void)
{
	static const char half[] = "{\"class\":\"WAT";
	const size_t mib = 1 << 20;
	char *large = malloc(mib);
	struct lines *l;
	int fd;

	start();
	l = lines_open(4096);
	memset(large, 'x', mib);
	large[mib - 1] = '\n';
	expect_error(large, mib, "too-large");
	require(getrandom(large, 4096, 0) == 4096, "no random bytes");
	large[4095] = '\n';
	expect_error(large, 4096, "bad-request");
	free(large);
	expect_error("[]\n", 3, "bad-request");
	expect_error("{}\n", 3, "bad-request");
	expect_error("{\"class\":7}\n", 12, "bad-request");
	expect_error("{\"class\":\"NONSENSE\"}\n", 21, "unknown-class");
	expect_error("{\"class\":\"READ\",\"timeout\":-1}\n", 30, "bad-request");
	expect_error("{\"class\":\"WATCH\",\"portrait\":\"png\"}\n", 35, "bad-request");
	expect_error("{\"class\":\"ENTER\",\"text\":\"110101190001010015\"}\n", 46, "entry-checksum");
	expect_error("{\"class\":\"ENTER\",\"text\":\"\\u0000\"}\n", 34, "bad-request");
	/* Half a line, and there it stays while another client works. */
	fd = connect_raw();
	require(send(fd, half, sizeof(half) - 1, MSG_NOSIGNAL) > 0, "not taken");
	card_arrives(l);
	close(fd);
	card_arrives(l);
	require(lines_silent(l, 300), "junk made a line");
}

static void expect_write(int fd, const char *text, size_t size, int error)
{
	ssize_t n = write(fd, text, size);

	if (error)
		require(n < 0 && errno == error, "\"%.20s\": %s instead of %s", text,
			n < 0 ? strerror(errno) : "taken", strerror(error));
	else
		require(n == (ssize_t)size, "\"%.20s\": %s", text, strerror(errno));
}

void test_bad_input_node(void)
{
	static const char mrz[] = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
				  "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n";
	char binary[256];
	struct lines *l;
	json_t *identity;
	int fd;

	start();
	l = lines_open(7);
	fd = open("/dev/idcard", O_WRONLY | O_CLOEXEC);
	require(fd >= 0, "/dev/idcard: %s", strerror(errno));
	memset(binary, 0xff, sizeof(binary));
	expect_write(fd, binary, sizeof(binary), EINVAL);
	expect_write(fd, "110101190001010014\0x", 20, EINVAL);
	expect_write(fd, "110101190001010015\n", 19, EINVAL);
	expect_write(fd, "11010119000101001\n", 18, EINVAL);
	expect_write(fd, "L898902C35\n", 11, EINVAL);
	expect_write(fd, "\n", 1, EINVAL);
	require(lines_silent(l, 300), "a refused entry made a line");

	expect_write(fd, "110101190001010014\n", 19, 0);
	identity = json_loads(lines_next(l, 2000), 0, NULL);
	require(strcmp(get(identity, "id_number"), "110101190001010014") == 0 &&
		strcmp(get(identity, "source"), "manual") == 0, "an ID number was entered");
	json_decref(identity);
	expect_write(fd, "L898902C36", 10, 0);
	identity = json_loads(lines_next(l, 2000), 0, NULL);
	require(strcmp(get(identity, "passport_number"), "L898902C3") == 0, "a passport was entered");
	json_decref(identity);
	expect_write(fd, mrz, sizeof(mrz) - 1, 0);
	identity = json_loads(lines_next(l, 2000), 0, NULL);
	require(strcmp(get(identity, "source"), "mrz") == 0 &&
		strcmp(get(identity, "nationality"), "UTO") == 0, "MRZ lines were entered");
	json_decref(identity);
	card_arrives(l);
	close(fd);
}

/* A whole exchange: the request, and the status of its reply. */
static int exchange(int fd, uint8_t command, uint8_t parameter)
{
	const uint8_t body[] = { command, parameter };
	uint8_t frame[IDCARD_REPLY_MAX];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t size = idcard_frame_build(frame, sizeof(frame), body, sizeof(body));
	ssize_t n;

	require(write(fd, frame, size) == (ssize_t)size, "write: %s", strerror(errno));
	require(poll(&p, 1, slow(5000)) == 1, "no reply");
	n = read(fd, frame, sizeof(frame));
	require(n >= IDCARD_REPLY_MIN, "read: %s", strerror(errno));
	return frame[9];
}

static void expect_raw(int fd, const uint8_t *bytes, size_t size, int error)
{
	require(write(fd, bytes, size) < 0 && errno == error, "%zu bytes: %s instead of %s", size,
		strerror(errno), strerror(error));
}

void test_bad_input_raw(void)
{
	uint8_t junk[300], good[16], small[4];
	struct idcard_raw_info info;
	uint32_t timeout;
	size_t size;
	int fd;

	start();
	services_stop();
	shell("systemctl mask --runtime --quiet idcardd.service");
	fd = open("/dev/idcardraw0", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	require(fd >= 0, "/dev/idcardraw0: %s", strerror(errno));
	require(open("/dev/idcardraw0", O_RDWR) < 0 && errno == EBUSY, "opened twice");
	require(ioctl(fd, IDCARD_IOC_GET_INFO, &info) == 0 && info.vendor == 0x0400 &&
		info.product == 0xc35a && info.framing == IDCARD_FRAMING_SPLIT, "GET_INFO");
	timeout = 0;
	require(ioctl(fd, IDCARD_IOC_SET_TIMEOUT, &timeout) < 0 && errno == EINVAL, "timeout 0");
	require(ioctl(fd, _IO(IDCARD_IOC_TYPE, 99)) < 0 && errno == ENOTTY, "unknown ioctl");
	require(read(fd, junk, sizeof(junk)) < 0 && errno == EAGAIN, "a reply to nothing");

	size = idcard_frame_build(good, sizeof(good), (const uint8_t[]){ 0x11, 0xff }, 2);
	memset(junk, 0xaa, sizeof(junk));
	expect_raw(fd, junk, sizeof(junk), EMSGSIZE);
	expect_raw(fd, junk, 10, EINVAL);
	expect_raw(fd, good, size - 1, EINVAL);
	memcpy(junk, good, size);
	expect_raw(fd, junk, size + 1, EINVAL);
	junk[size - 1] ^= 1;
	expect_raw(fd, junk, size, EINVAL);

	require(exchange(fd, 0x11, 0xff) == 0x90, "the reader does not answer after the junk");
	require(write(fd, good, size) == (ssize_t)size, "write: %s", strerror(errno));
	require(write(fd, good, size) < 0 && errno == EBUSY, "two exchanges at once");
	require(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, slow(5000)) == 1, "no reply");
	require(read(fd, small, sizeof(small)) < 0 && errno == EMSGSIZE, "cut to a small buffer");
	require(read(fd, junk, sizeof(junk)) == 11, "the reply did not stay");

	/* A reader that does not answer, and one that is reset meanwhile. */
	timeout = 200;
	require(ioctl(fd, IDCARD_IOC_SET_TIMEOUT, &timeout) == 0, "SET_TIMEOUT");
	sim("fault silence");
	require(write(fd, good, size) == (ssize_t)size, "write: %s", strerror(errno));
	require(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, slow(2000)) == 1, "no end");
	require(read(fd, junk, sizeof(junk)) < 0 && errno == ETIMEDOUT, "silence: %s",
		strerror(errno));
	require(read(fd, junk, sizeof(junk)) < 0 && errno == EAGAIN, "the error came twice");
	timeout = 5000;
	require(ioctl(fd, IDCARD_IOC_SET_TIMEOUT, &timeout) == 0, "SET_TIMEOUT");
	sim("fault silence");
	require(write(fd, good, size) == (ssize_t)size, "write: %s", strerror(errno));
	require(ioctl(fd, IDCARD_IOC_RESET) == 0, "RESET: %s", strerror(errno));
	require(read(fd, junk, sizeof(junk)) < 0 && errno == ESTALE, "reset: %s", strerror(errno));
	timeout = info.generation;
	require(ioctl(fd, IDCARD_IOC_GET_INFO, &info) == 0 && info.generation == timeout + 1,
		"the generation did not change");
	close(fd);

	shell("systemctl unmask --runtime --quiet idcardd.service");
	shell("systemctl start idcardd.service idcard-node.service");
	card_arrives(lines_open(4096));
}
