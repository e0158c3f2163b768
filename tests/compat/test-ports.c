// SPDX-License-Identifier: GPL-2.0-or-later
/* Which reader a port means; compat.conf. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../range.h"
#include "compat/options.h"
#include "compat/sdt-ports.h"
#include "compat/sdt.h"

static struct compat_options options;

/* The name behind @port, or "" if there is none. */
static const char *at(const char *devices, int port)
{
	static char name[64];
	struct json_text t;
	int r;

	assert_int_equal(json_take(devices, &t), 0);
	r = port_find(&t, &options, port, name, sizeof(name));
	json_text_wipe(&t);
	assert_true(r == 0 || r == -ENODEV);
	return r == 0 ? name : "";
}

static void test_numbers(void **state)
{
	static const int wrong[] = { 0, -1, 17, 1000, 1017, 9998, 10000, INT_MAX, INT_MIN };
	bool taken[PORTS_COUNT] = {};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(port_index(wrong[i]), -EINVAL);
	for (int port = 1; port <= SDT_USB_HID; port++) {
		int i = port_index(port);

		if (i < 0)
			continue;
		assert_within(i, 0, PORTS_COUNT - 1);
		assert_false(taken[i]);
		taken[i] = true;
	}
	for (int i = 0; i < PORTS_COUNT; i++)
		assert_true(taken[i]);
}

#define DEVICE(name, transport, path)                                                              \
	"{\"name\":\"" name "\",\"transport\":\"" transport "\",\"path\":\"" path "\"}"

/* In the order of their sockets, however they are listed, and as people count. */
static void test_usb(void **state)
{
	static const char all[] = "{\"devices\":["
		DEVICE("usb-1-10", "node", "/dev/idcardraw0") ","
		DEVICE("ttyS0", "serial", "/dev/ttyS0") ","
		DEVICE("usb-2-1", "hid", "/dev/hidraw3") ","
		DEVICE("usb-1-2.4", "hid", "/dev/hidraw1") ","
		DEVICE("usb-1-2", "usb", "/dev/bus/usb/001/002") "]}";

	assert_string_equal(at(all, 1001), "usb-1-2");
	assert_string_equal(at(all, 1002), "usb-1-2.4");
	assert_string_equal(at(all, 1003), "usb-1-10");
	assert_string_equal(at(all, 1004), "usb-2-1");
	assert_string_equal(at(all, 1005), "");
	assert_string_equal(at(all, 1016), "");
	assert_string_equal(at(all, 9999), "usb-1-2.4");
	assert_string_equal(at(all, 1), "ttyS0");
	assert_string_equal(at(all, 2), "");
}

static void test_hid_or_else_usb(void **state)
{
	assert_string_equal(at("{\"devices\":[" DEVICE("usb-3-1", "usb", "/x") ","
			       DEVICE("usb-2-1", "node", "/y") "]}", 9999), "usb-2-1");
	assert_string_equal(at("{\"devices\":[" DEVICE("ttyS1", "serial", "/dev/ttyS1") "]}", 9999), "");
	assert_string_equal(at("{\"devices\":[]}", 9999), "");
	assert_string_equal(at("{\"devices\":[]}", 1001), "");
	assert_string_equal(at("{}", 1001), "");
	assert_string_equal(at("{\"devices\":[7, {\"name\":3}, null]}", 1001), "");
}

/* One whose cable is out keeps its number and does not answer to it. */
static void test_gone(void **state)
{
	static const char all[] = "{\"devices\":[{\"name\":\"usb-1-1\",\"transport\":\"usb\",\"path\":\"/a\","
		"\"state\":\"faulty\",\"error\":\"reader-gone\"},"
		"{\"name\":\"usb-1-2\",\"transport\":\"usb\",\"path\":\"/b\",\"error\":\"reader-silent\"}]}";

	assert_string_equal(at(all, 1001), "");
	assert_string_equal(at(all, 1002), "usb-1-2");
}

static void test_com(void **state)
{
	static const char all[] = "{\"devices\":[" DEVICE("ttyUSB0", "serial", "/dev/ttyUSB0") ","
		DEVICE("full", "serial", "/dev/full") "," DEVICE("usb-1-2", "node", "/dev/idcardraw0") "]}";
	char directory[] = "/tmp/idcard-test-XXXXXX", link[64];

	assert_string_equal(at(all, 1), "");
	strcpy(options.com[0], "/dev/ttyUSB0");
	strcpy(options.com[2], "usb-1-2");
	assert_string_equal(at(all, 1), "ttyUSB0");
	assert_string_equal(at(all, 2), "");
	assert_string_equal(at(all, 3), "usb-1-2");
	/* By another name of the same device. */
	assert_non_null(mkdtemp(directory));
	snprintf(link, sizeof(link), "%s/reader", directory);
	assert_int_equal(symlink("/dev/full", link), 0);
	strcpy(options.com[15], link);
	assert_string_equal(at(all, 16), "full");
	strcpy(options.com[15], "/dev/null");
	assert_string_equal(at(all, 16), "");
	unlink(link);
	rmdir(directory);
	memset(&options, 0, sizeof(options));
}

/* A name that does not fit is nobody's. */
static void test_long_name(void **state)
{
	char name[4];
	struct json_text t;

	assert_int_equal(json_take("{\"devices\":[" DEVICE("usb1", "usb", "/a") "]}", &t), 0);
	assert_int_equal(port_find(&t, &options, 1001, name, sizeof(name)), -ENODEV);
	json_text_wipe(&t);
}

/* ---- compat.conf: read once in a process, so each test has one of its own ------------------- */

static void with_file(const char *text, void (*judge)(const struct compat_options *o))
{
	char path[] = "/tmp/idcard-test-XXXXXX";
	int fd = mkstemp(path), status;
	pid_t pid;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		setenv("IDCARD_COMPAT_CONF", path, 1);
		judge(compat_options());
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(path);
	assert_int_equal(status, 0);
}

/* For a process that cmocka does not know. */
static void must(bool is)
{
	if (!is)
		_exit(1);
}

static void judge_nothing(const struct compat_options *o)
{
	static const struct compat_options none = { .newaddr_max = 280 };

	must(memcmp(o, &none, sizeof(none)) == 0);
}

static void judge_all(const struct compat_options *o)
{
	must(strcmp(o->com[2], "/dev/ttyUSB0") == 0 && strcmp(o->com[15], "usb-1-2") == 0);
	must(o->repeat && o->newaddr_max == 70);
	must(o->swap_red_blue && o->flip && o->mirror);
	must(strcmp(o->directory, "/run/card") == 0);
	must(o->upper_case && o->both_cases && o->ninth_line && o->delete_on_close);
	must(o->photo_required && o->hisign);
}

/* What is right in a file that holds mistakes. */
static void judge_half(const struct compat_options *o)
{
	static const struct compat_options only = {
		.newaddr_max = 280, .repeat = true, .flip = true,
	};

	must(memcmp(o, &only, sizeof(only)) == 0);
}

static void judge_abi(const struct compat_options *o)
{
	must(o->hisign);
}

static void test_options(void **state)
{
	with_file("", judge_nothing);
	with_file("[ports]\ncom3 = /dev/ttyUSB0\ncom16 = usb-1-2\n[card]\nrepeat = yes\n"
		  "[sdt]\nnewaddr_max = 70\n[photo]\nswap_red_blue = yes\nflip = on\nmirror = 1\n"
		  "[termb]\ndirectory = /run/card\nupper_case = yes\nboth_cases = yes\n"
		  "ninth_line = yes\ndelete_on_close = yes\nphoto_required = yes\nhisign = yes\n",
		  judge_all);
	with_file("[card]\nrepeat = yes\nrepeat_often = yes\n[ports]\ncom17 = /dev/null\ncom = x\n"
		  "[sdt]\nnewaddr_max = 69\nnewaddr_max = many\n[photo]\nflip = yes\nmirror = maybe\n",
		  judge_half);
	setenv("IDCARD_TERMB_ABI", "hisign", 1);
	with_file("", judge_abi);
	setenv("IDCARD_TERMB_ABI", "huashi", 1);
	with_file("[termb]\nhisign = yes\n", judge_nothing);
	unsetenv("IDCARD_TERMB_ABI");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_usb),
		cmocka_unit_test(test_hid_or_else_usb),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_com),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
