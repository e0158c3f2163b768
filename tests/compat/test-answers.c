// SPDX-License-Identifier: GPL-2.0-or-later
/* libsdtapi.so and libwltrs.so before a daemon that is none, or another one, or ill. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/compat/fake-daemon.h"
#include "tests/compat/sdt.h"
#include "util.h"

#define GREETING "{\"class\":\"VERSION\",\"release\":\"9\",\"proto_major\":1,\"proto_minor\":7,\"new\":[]}"
#define DEVICES                                                                                    \
	"{\"class\":\"DEVICES\",\"id\":%u,\"devices\":[{\"name\":\"usb-1-2\",\"transport\":\"node\"," \
	"\"path\":\"/dev/idcardraw0\"}]}"
#define CLAIM "{\"class\":\"CLAIM\",\"id\":%u,\"reader\":{\"name\":\"usb-1-2\"}}"
#define ERROR(code) "{\"class\":\"ERROR\",\"id\":%u,\"code\":\"" code "\",\"message\":\"\"}"
#define FRAME(text) "{\"class\":\"EXCHANGE\",\"id\":%u,\"frame\":\"" text "\"}"

enum { P = 1001 };

static struct sdt sdt;
static char path[64];
static pid_t pid;

static int set_up(void **state)
{
	snprintf(path, sizeof(path), "/tmp/idcard-test-%ld", (long)getpid());
	setenv("IDCARD_SOCKET", path, 1);
	sdt_load(&sdt, "libsdtapi.so");
	return 0;
}

static void end_daemon(void)
{
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	pid = 0;
	unlink(path);
}

static int tear_down(void **state)
{
	end_daemon();
	sdt_unload(&sdt);
	return 0;
}

static void start(const struct fake_answer *answers)
{
	end_daemon();
	pid = fake_daemon(path, answers);
}

static void test_greetings(void **state)
{
	static const char *const greetings[] = {
		"{\"class\":\"ERROR\",\"code\":\"permission-denied\",\"message\":\"\"}",
		"{\"class\":\"ERROR\",\"code\":\"too-many\",\"message\":\"\"}",
		"{\"class\":\"VERSION\",\"release\":\"9\",\"proto_major\":2,\"proto_minor\":0}",
		"{\"class\":\"VERSION\",\"release\":\"9\"}",
		"{\"class\":\"VERSION\",\"proto_major\":\"1\"}",
		"{}", "[]", "HTTP/1.1 200 OK", "\x80\xff", NULL,
	};

	for (size_t i = 0; i < ELEMENTSOF(greetings); i++) {
		struct fake_answer answers[] = {
			{ NULL, greetings[i] }, { "DEVICES", DEVICES }, { "CLAIM", CLAIM }, {},
		};
		uint64_t begun = now_usec();

		start(answers);
		assert_int_equal(sdt.SDT_OpenPort(P), 0x01);
		assert_true(now_usec() - begun < 1000000);
	}
}

/* From opening to the end of the claim: what the library makes of each answer. */
static void with_answers(const char *devices, const char *claim, const char *exchange, int opened,
			 int found)
{
	const struct fake_answer answers[] = {
		{ NULL, GREETING }, { "DEVICES", devices }, { "CLAIM", claim },
		{ "EXCHANGE", exchange }, {},
	};
	byte iin[4] = { 0xee };

	start(answers);
	assert_int_equal(sdt.SDT_OpenPort(P), opened);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, iin, 0), found);
	assert_int_equal(iin[0], found == 0x9f ? 0x11 : 0xee);
}

static void test_opening(void **state)
{
	with_answers(ERROR("bad-request"), CLAIM, NULL, 0x01, 0x01);
	with_answers("{\"class\":\"DEVICES\",\"id\":%u}", CLAIM, NULL, 0x01, 0x01);
	with_answers("{\"class\":\"DEVICES\",\"id\":%u,\"devices\":7}", CLAIM, NULL, 0x01, 0x01);
	with_answers("{\"class\":\"DEVICES\",\"id\":%u", CLAIM, NULL, 0x01, 0x01);
	with_answers(NULL, CLAIM, NULL, 0x01, 0x01);
	with_answers(DEVICES, ERROR("no-reader"), NULL, 0x01, 0x01);
	with_answers(DEVICES, ERROR("unknown-class"), NULL, 0x01, 0x01);
	with_answers(DEVICES, NULL, NULL, 0x01, 0x01);
}

/* AA AA AA 96 69 00 08 00 00 9F 11 22 33 44 and the checksum. */
#define FOUND "qqqqlmkACAAAnxEiM0TT"

static void test_frames(void **state)
{
	/* the same with another checksum; cut; of another length; none; no base64 */
	static const char *const broken[] = {
		FRAME("qqqqlmkACAAAnxEiM0TU"), FRAME("qqqqlmkACAAAnxEiM0Q="),
		FRAME("qqqqlmkABAAAgIQAAAAA"), FRAME(""), FRAME("===="), "{\"class\":\"EXCHANGE\",\"id\":%u}",
		"{\"class\":\"EXCHANGE\",\"id\":%u,\"frame\":7}", ERROR("bad-request"), "nonsense",
	};

	with_answers(DEVICES, CLAIM, FRAME(FOUND), 0x90, 0x9f);
	/* AA AA AA 96 69 00 04 00 00 80 84, and no data behind a card that was found */
	with_answers(DEVICES, CLAIM, FRAME("qqqqlmkABAAAgIQ="), 0x90, 0x80);
	with_answers(DEVICES, CLAIM, FRAME("qqqqlmkABAAAn5s="), 0x90, 0x03);
	for (size_t i = 0; i < ELEMENTSOF(broken); i++)
		with_answers(DEVICES, CLAIM, broken[i], 0x90, 0x03);
	with_answers(DEVICES, CLAIM, ERROR("reader-gone"), 0x90, 0x01);
	with_answers(DEVICES, CLAIM, ERROR("permission-denied"), 0x90, 0x23);
	with_answers(DEVICES, CLAIM, NULL, 0x90, 0x01);
}

/* A whole reply to find is none to a read, and a read of other sizes is none. */
static void test_card_of_other_sizes(void **state)
{
	static const struct fake_answer answers[] = {
		{ NULL, GREETING }, { "DEVICES", DEVICES }, { "CLAIM", CLAIM },
		/* AA AA AA 96 69 00 0C 00 00 90 00 01 00 01 41 42 43 44 and the checksum */
		{ "EXCHANGE", FRAME("qqqqlmkADAAAkAABAAFBQkNEmA==") }, {},
	};
	byte text[256] = { 0xee }, portrait[1024] = { 0xee };
	dword n = 7, m = 7;

	start(answers);
	assert_int_equal(sdt.SDT_OpenPort(P), 0x90);
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, text, &n, portrait, &m, 0), 0x03);
	assert_int_equal(n, 0);
	assert_int_equal(m, 0);
	assert_int_equal(sdt.SDT_ReadNewAppMsg(P, text, &n, 0), 0x03);
	assert_int_equal(sdt.SDT_GetSAMID(P, text, 0), 0x03);
	assert_int_equal(text[0], 0xee);
	assert_int_equal(portrait[0], 0xee);
}

/* A reply to another request, or an event, is not the answer. */
static void test_other_lines(void **state)
{
	with_answers(DEVICES, CLAIM, "{\"class\":\"CARD\",\"event\":\"lifted\"}\n"
		     "{\"class\":\"EXCHANGE\",\"id\":999,\"frame\":\"qqqqlmkABAAAgIQ=\"}\n" FRAME(FOUND),
		     0x90, 0x9f);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_greetings),
		T(test_opening),
		T(test_frames),
		T(test_card_of_other_sizes),
		T(test_other_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
