// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/lib/config.c, and what idcardd reads with it: userspace/daemon/place.c. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "place.h"

static struct config_problem problem;

/* "section.key=value;" for each setting. */
static int write_down(const char *section, const char *key, const char *value, void *userdata)
{
	char *out = userdata;

	if (strcmp(key, "bad") == 0)
		return -EINVAL;
	if (strcmp(key, "unknown") == 0)
		return -ENOENT;
	snprintf(out + strlen(out), 512 - strlen(out), "%s.%s=%s;", section, key, value);
	return 0;
}

static int parse(const char *text, char out[512])
{
	out[0] = '\0';
	problem = (struct config_problem){};
	return config_parse(text, strlen(text), write_down, out, &problem);
}

static void test_settings(void **state)
{
	char out[512];

	assert_int_equal(parse("", out), 0);
	assert_int_equal(parse("# a comment\n; another\n\n[a]\nx = 1\r\ny=two words\n[b]\nx=\n[a]\nz=3",
			       out), 0);
	assert_string_equal(out, "a.x=1;a.y=two words;b.x=;a.z=3;");
	assert_int_equal(parse("x = 1\n", out), 0);
	assert_string_equal(out, ".x=1;");
}

static void expect_problem(const char *text, int error, unsigned int line, const char *says)
{
	char out[512];

	assert_int_equal(parse(text, out), error);
	assert_int_equal(problem.line, line);
	if (!strstr(problem.text, says))
		fail_msg("\"%s\" does not say \"%s\"", problem.text, says);
	/* A value may be a secret. */
	assert_null(strstr(problem.text, "hush"));
}

static void test_problems(void **state)
{
	char line[CONFIG_LINE_MAX + 32];

	expect_problem("[a]\nx = 1\nbad = hush\nx = 2\n", -EINVAL, 3, "\"bad\" in section [a]");
	expect_problem("[a]\nunknown = hush\n", -ENOENT, 2, "unknown setting \"unknown\"");
	/* of a file without sections none is named */
	expect_problem("bad = hush\n", -EINVAL, 1, "wrong value for \"bad\"");
	assert_null(strstr(problem.text, "section"));
	expect_problem("[a]\nhush\n", -EINVAL, 2, "neither");
	expect_problem("[a\nx=1\n", -EINVAL, 1, "neither");
	expect_problem("[a]\nx = 1\n  hush\n", -EINVAL, 3, "indented");
	expect_problem("[a]\nx = 1\n\vhush\n", -EINVAL, 3, "indented");
	expect_problem("[a]\nx = hush ;hush\n", -EINVAL, 2, "line of its own");
	expect_problem("[a]\nx = hush\t; hush", -EINVAL, 2, "line of its own");
	expect_problem("[a] ; hush\n", -EINVAL, 1, "line of its own");
	expect_problem("[a]\nx = 1\n\r\fhush\n", -EINVAL, 3, "indented");
	memset(line, 'x', sizeof(line));
	memcpy(line, "x = ", 4);
	line[CONFIG_LINE_MAX + 1] = '\0';
	expect_problem(line, -EINVAL, 1, "too long");
	/* The longest there may be comes whole. */
	line[CONFIG_LINE_MAX] = '\0';
	{
		char out[512];

		assert_int_equal(parse(line, out), 0);
		assert_int_equal(strlen(out), strlen(".x=;") + CONFIG_LINE_MAX - 4);
	}
	problem = (struct config_problem){};
	assert_int_equal(config_parse("[a]\0x", 5, write_down, line, &problem), -EINVAL);
	assert_non_null(strstr(problem.text, "text file"));
}

static void test_values(void **state)
{
	bool truth = false;
	long n = 0;

	assert_int_equal(config_boolean("Yes", &truth), 0);
	assert_true(truth);
	assert_int_equal(config_boolean("off", &truth), 0);
	assert_false(truth);
	assert_int_equal(config_boolean("maybe", &truth), -EINVAL);
	assert_int_equal(config_number("42", 0, 42, &n), 0);
	assert_int_equal(n, 42);
	assert_int_equal(config_number("43", 0, 42, &n), -EINVAL);
	assert_int_equal(config_number("", 0, 42, &n), -EINVAL);
	assert_int_equal(config_number("4x", 0, 42, &n), -EINVAL);
	assert_int_equal(config_number("99999999999999999999", 0, 42, &n), -EINVAL);
	assert_int_equal(n, 42);
}

static char directory[] = "/tmp/test-config-XXXXXX";

static const char *put(const char *text, mode_t mode)
{
	static char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/conf", directory);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static void test_files(void **state)
{
	char out[512] = "";

	assert_non_null(mkdtemp(directory));
	assert_int_equal(config_read(put("[a]\nx=1\n", 0644), false, write_down, out, &problem), 0);
	assert_string_equal(out, "a.x=1;");
	assert_int_equal(config_read(put("x=1", 0664), false, write_down, out, &problem), -EPERM);
	assert_int_equal(config_read(put("x=1", 0646), false, write_down, out, &problem), -EPERM);
	assert_int_equal(config_read(put("x=1", 0644), true, write_down, out, &problem), -EPERM);
	assert_int_equal(config_read(put("x=1", 0640), true, write_down, out, &problem), 0);
	assert_int_equal(config_read(directory, false, write_down, out, &problem), -EPERM);
	if (geteuid() == 0) {
		const char *path = put("x=1", 0644);

		assert_int_equal(chown(path, 12345, 12345), 0);
		assert_int_equal(config_read(path, false, write_down, out, &problem), -EPERM);
	}
	unlink(put("", 0600));
	assert_int_equal(config_read("/nowhere/at/all", false, write_down, out, &problem), -ENOENT);
	assert_int_equal(rmdir(directory), 0);
}

static int read_places(const char *text, struct places *ret)
{
	return places_parse(text, strlen(text), ret, &problem);
}

static void test_places(void **state)
{
	struct places p = {};

	assert_int_equal(read_places("", &p), 0);
	assert_int_equal(p.n, 0);
	assert_int_equal(read_places("[serial]\ndevice = /dev/ttyUSB0\n", &p), 0);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.place[0].kind, TRANSPORT_SERIAL);
	assert_string_equal(p.place[0].path, "/dev/ttyUSB0");
	assert_int_equal(p.place[0].options.baud, 0);
	assert_int_equal(p.place[0].options.dialect, TRANSPORT_SAM);
	/* What follows a device is said of it, and of no other. */
	assert_int_equal(read_places("[serial]\ndevice = /dev/ttyS0\nbaud = 9600\ndialect = stx\n"
				     "device = /dev/ttyS1\n\n[serial]\nbaud = 57600\n", &p), 0);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.place[0].options.baud, 9600);
	assert_int_equal(p.place[0].options.dialect, TRANSPORT_STX);
	assert_string_equal(p.place[1].path, "/dev/ttyS1");
	assert_int_equal(p.place[1].options.baud, 57600);
	assert_int_equal(p.place[1].options.dialect, TRANSPORT_SAM);
}

static void test_wrong_places(void **state)
{
	static const struct {
		const char *text, *says;
		int error;
		unsigned int line;
	} cases[] = {
		{ "device = /dev/ttyS0\n", "unknown setting", -ENOENT, 1 },
		{ "[serail]\ndevice = /dev/ttyS0\n", "section [serail]", -ENOENT, 2 },
		{ "[serial]\ndevize = /dev/ttyS0\n", "\"devize\"", -ENOENT, 2 },
		{ "[serial]\ndevice = ttyS0\n", "wrong value", -EINVAL, 2 },
		{ "[serial]\ndevice =\n", "wrong value", -EINVAL, 2 },
		{ "[serial]\nbaud = 9600\n", "must come before", -EDESTADDRREQ, 2 },
		{ "[serial]\nbaud = 1\n", "wrong value", -EINVAL, 2 },
		{ "[serial]\nspeed = 1\n", "unknown setting", -ENOENT, 2 },
		{ "[serial]\ndevice = /dev/ttyS0\nbaud = 4800\n", "\"baud\"", -EINVAL, 3 },
		{ "[serial]\ndevice = /dev/ttyS0\nbaud = 0x2580\n", "\"baud\"", -EINVAL, 3 },
		{ "[serial]\ndevice = /dev/ttyS0\ndialect = STX\n", "\"dialect\"", -EINVAL, 3 },
		{ "[serial]\ndevice = /dev/ttyS0\ndevice = /dev/ttyS0\n", "twice", -EEXIST, 3 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct places p = { .n = 99 };

		assert_int_equal(read_places(cases[i].text, &p), cases[i].error);
		assert_int_equal(problem.line, cases[i].line);
		if (!strstr(problem.text, cases[i].says))
			fail_msg("%s: \"%s\"", cases[i].text, problem.text);
		assert_int_equal(p.n, 99);
	}
}

static void test_many_places(void **state)
{
	char text[1024] = "[serial]\n";
	struct places p;

	for (unsigned int i = 0; i < PLACES_MAX; i++)
		sprintf(text + strlen(text), "device = /dev/ttyS%u\n", i);
	assert_int_equal(read_places(text, &p), 0);
	assert_int_equal(p.n, PLACES_MAX);
	strcat(text, "device = /dev/ttyS99\n");
	assert_int_equal(read_places(text, &p), -E2BIG);
	assert_non_null(strstr(problem.text, "more than 16"));
}

static void test_specs(void **state)
{
	static const char *const wrong[] = {
		"", "serial", "serial:", ":/dev/ttyS0", "serial:ttyS0", "modem:/dev/ttyS0",
		"serial:/dev/ttyS0,", "serial:/dev/ttyS0,baud", "serial:/dev/ttyS0,baud=1",
		"serial:/dev/ttyS0,dialect=", "serial:/dev/ttyS0,parity=even", "seria:/dev/ttyS0",
		"serial:,baud=9600",
	};
	struct place p = {};

	assert_int_equal(place_parse("node:/dev/idcardraw0", &p), 0);
	assert_int_equal(p.kind, TRANSPORT_NODE);
	assert_string_equal(p.path, "/dev/idcardraw0");
	assert_int_equal(place_parse("usb:/dev/bus/usb/001/002", &p), 0);
	assert_int_equal(p.kind, TRANSPORT_USB);
	assert_int_equal(place_parse("hid:/dev/hidraw,0", &p), 0);
	assert_int_equal(p.kind, TRANSPORT_HID);
	assert_string_equal(p.path, "/dev/hidraw,0");
	assert_int_equal(place_parse("serial:/dev/ttyS0", &p), 0);
	assert_int_equal(p.kind, TRANSPORT_SERIAL);
	assert_int_equal(p.options.baud, 0);
	assert_int_equal(place_parse("serial:/dev/ttyS0,baud=19200,dialect=stx", &p), 0);
	assert_string_equal(p.path, "/dev/ttyS0");
	assert_int_equal(p.options.baud, 19200);
	assert_int_equal(p.options.dialect, TRANSPORT_STX);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		p.kind = _TRANSPORT_KIND_MAX;
		if (place_parse(wrong[i], &p) != -EINVAL)
			fail_msg("taken for a reader: %s", wrong[i]);
		assert_int_equal(p.kind, _TRANSPORT_KIND_MAX);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_wrong_places),
		cmocka_unit_test(test_many_places),
		cmocka_unit_test(test_specs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
