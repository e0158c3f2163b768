// SPDX-License-Identifier: GPL-2.0-or-later
/* Portraits through idcardd as it is installed: the decoder library, its cage, and who waits. */
#include "suite.h"

#include <string.h>

#include "base64.h"
#include "picture.h"
#include "util.h"

/* Where an administrator would lay the library that came with the reader. */
#define FOLDER "/opt/idcard-suite"
#define EVIL "family = raw3\nlibrary = " FOLDER "/evil.so\nsymbol = "

static const struct {
	const char *what, *configuration, *reason;
} failures[] = {
	{ "exit", EVIL "evil_exit\n", "exited" },
	{ "abort", EVIL "evil_abort\n", "crashed" },
	{ "overrun", EVIL "evil_overrun\n", "crashed" },
	{ "no output", EVIL "evil_no_output\n", "no-output" },
	{ "socket", EVIL "evil_socket\n", "forbidden" },
	{ "fork", EVIL "evil_fork\n", "forbidden" },
	{ "no library", "family = raw3\nlibrary = " FOLDER "/none.so\n", "config" },
};

static json_t *next_picture(idcard_client *c, unsigned int ms)
{
	json_t *identity = watch_next(c, "IDENTITY", NULL, ms);
	json_t *portrait = json_incref(json_object_get(identity, "portrait"));

	require(strcmp(get(identity, "id_number"), personas[0].number) == 0, "the wrong person");
	json_decref(identity);
	return portrait;
}

/* Rows are from the bottom, blue first: red is left above, green right above. */
static void check_bmp(const json_t *portrait)
{
	const char *text = get(portrait, "data");
	static uint8_t bmp[PICTURE_BMP_SIZE];
	const uint8_t *top;
	ssize_t size;

	size = base64_decode(text, bmp, sizeof(bmp));
	require(size == PICTURE_BMP_SIZE && memcmp(bmp, "BM", 2) == 0, "%zd bytes", size);
	top = bmp + PICTURE_BMP_SIZE - 308;
	require(memcmp(top, "\0\0\xff", 3) == 0, "left above is not red");
	require(memcmp(top + 101 * 3, "\0\xff\0", 3) == 0, "right above is not green");
	require(memcmp(bmp + 54, "\xff\0\0", 3) == 0, "left below is not blue");
}

static void one_failure(idcard_client *c, size_t i)
{
	json_t *portrait;

	set_portrait_configuration(failures[i].configuration);
	sim("place resident");
	portrait = next_picture(c, 20000);
	require(strcmp(get(portrait, "status"), "decoder-error") == 0 &&
		strcmp(get(portrait, "reason"), failures[i].reason) == 0, "%s: %s %s",
		failures[i].what, get(portrait, "status"), get(portrait, "reason"));
	require(strcmp(get(portrait, "format"), "wlt") == 0, "%s: no block", failures[i].what);
	json_decref(portrait);
	lift();
}

static json_t *status_of(idcard_client *c, const char *expected)
{
	json_t *portrait;

	sim("place resident");
	portrait = next_picture(c, 20000);
	require(strcmp(get(portrait, "status"), expected) == 0, "%s: %s %s", expected,
		get(portrait, "status"), get(portrait, "reason"));
	lift();
	return portrait;
}

/* Who wants no picture has the line while the library still runs. */
static void check_who_waits(idcard_client *c, idcard_client *plain)
{
	json_t *portrait;
	uint64_t start, quick;

	set_portrait_configuration(EVIL "evil_loop\n");
	start = now_usec();
	sim("place resident");
	json_decref(watch_next(plain, "IDENTITY", NULL, 20000));
	quick = now_usec() - start;
	portrait = next_picture(c, 20000);
	require(strcmp(get(portrait, "reason"), "timeout") == 0, "endless: %s",
		get(portrait, "reason"));
	require(now_usec() - start - quick > 3000000, "nobody waited for the picture");
	json_decref(portrait);
	lift();
}

void test_portraits(void)
{
	idcard_client *c, *plain;
	pid_t daemon;

	require(shell("install -d -m 755 -o root " FOLDER " && install -m 644 -o root "
		      "/usr/lib/idcard-tests/portrait/*.so " FOLDER) == 0, "no decoder libraries");
	sim_start("split");
	sim("plug");
	ready();
	daemon = service_pid("idcardd");
	c = watch_with("\"portrait\":\"bmp\"");
	plain = watch_open();
	json_decref(status_of(c, "no-decoder"));
	json_decref(watch_next(plain, "IDENTITY", NULL, 20000));

	for (size_t i = 0; i < ELEMENTSOF(failures); i++) {
		one_failure(c, i);
		json_decref(watch_next(plain, "IDENTITY", NULL, 20000));
	}
	check_who_waits(c, plain);

	set_portrait_configuration("family = raw3\nlibrary = " FOLDER
				   "/fake-raw3.so\ncode = 20261122\n");
	for (int i = 0; i < 3; i++) {
		json_t *portrait = status_of(c, "ok");

		check_bmp(portrait);
		json_decref(portrait);
	}
	require(service_pid("idcardd") == daemon, "idcardd did not live through it");
	require(shell("! pgrep -x idcard-portrait") == 0, "a process is left");
	require(shell("! ls -d /proc/%d/root/tmp/idcard-portrait* 2>/dev/null", daemon) == 0,
		"a folder of a decoder is left");
	suite_note("%zu failures and an endless loop, then pictures", ELEMENTSOF(failures));
}
