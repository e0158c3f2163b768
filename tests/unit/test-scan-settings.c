// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/settings.h"

static int parse(const char *text, struct settings *ret, struct config_problem *problem)
{
	return settings_parse(text, strlen(text), ret, problem);
}

static const char *find(const struct settings *s, uint16_t bus, uint16_t vendor, uint16_t product,
			const char *name)
{
	const struct identification id = { bus, vendor, product, name };
	const struct setting *found = settings_find(s, &id);

	return found ? found->label : "";
}

static void test_sections(void **state)
{
	static const char text[] =
		"# two of one kind, one of another\n"
		"[scanner]\n"
		"usb = 1a86:5456\n"
		"\n"
		"[scanner passports]\n"
		"source=manual\n"
		"name = Acme MRZ Reader, 2nd: \"B\"\n"
		"usb = 1A86:00fF\n"
		"end = timeout\n"
		"[scanner gate]\n"
		"end = tab\n"
		"source = qr\n"
		"name = Bluetooth Scanner\n";
	struct config_problem problem;
	struct settings s;

	assert_int_equal(parse(text, &s, &problem), 0);
	assert_int_equal(s.n, 3);
	assert_string_equal(s.scanner[0].source, "manual");
	assert_int_equal(s.scanner[0].end, LINES_ENTER);
	assert_int_equal(s.scanner[1].end, LINES_PAUSE);
	assert_string_equal(s.scanner[2].source, "qr");
	assert_int_equal(s.scanner[2].end, LINES_TAB);

	assert_string_equal(find(&s, BUS_USB, 0x1a86, 0x5456, "anything"), "scanner");
	assert_string_equal(find(&s, BUS_BLUETOOTH, 0x1a86, 0x5456, "anything"), "");
	assert_string_equal(find(&s, BUS_USB, 0x1a86, 0x5457, "anything"), "");
	assert_string_equal(find(&s, BUS_USB, 0x1a87, 0x5456, "anything"), "");
	/* both must fit */
	assert_string_equal(find(&s, BUS_USB, 0x1a86, 0xff, "Acme MRZ Reader, 2nd: \"B\""),
			    "scanner passports");
	assert_string_equal(find(&s, BUS_USB, 0x1a86, 0xff, "Acme MRZ Reader"), "");
	assert_string_equal(find(&s, BUS_USB, 0x1a86, 0xfe, "Acme MRZ Reader, 2nd: \"B\""), "");
	assert_string_equal(find(&s, BUS_BLUETOOTH, 1, 2, "Bluetooth Scanner"), "scanner gate");
	assert_string_equal(find(&s, BUS_BLUETOOTH, 1, 2, "bluetooth scanner"), "");
	assert_string_equal(find(&s, BUS_USB, 1, 2, ""), "");
}

static void test_nothing_named(void **state)
{
	struct config_problem problem;
	struct settings s;

	assert_int_equal(parse("# nothing yet\n", &s, &problem), 0);
	assert_int_equal(s.n, 0);
	assert_string_equal(find(&s, BUS_USB, 0, 0, ""), "");
}

static void refuses(const char *text, int error, unsigned int line, const char *words)
{
	struct settings s = { .n = 99 };
	struct config_problem problem;

	assert_int_equal(parse(text, &s, &problem), error);
	assert_int_equal(problem.line, line);
	assert_non_null(strstr(problem.text, words));
	assert_int_equal(s.n, 99);
}

static void test_mistakes(void **state)
{
	refuses("[scanner]\nusb = 1a86\n", -EINVAL, 2, "\"usb\"");
	refuses("[scanner]\nusb = 1a86:545\n", -EINVAL, 2, "\"usb\"");
	refuses("[scanner]\nusb = 1a86:5456:\n", -EINVAL, 2, "\"usb\"");
	refuses("[scanner]\nusb = 1a86-5456\n", -EINVAL, 2, "\"usb\"");
	refuses("[scanner]\nusb = 0x1a:5456\n", -EINVAL, 2, "\"usb\"");
	refuses("[scanner]\nusb = 1a86:-456\n", -EINVAL, 2, "\"usb\"");
	refuses("[scanner]\nname =\n", -EINVAL, 2, "\"name\"");
	refuses("[scanner]\nusb = 1a86:5456\nsource = mrz\n", -EINVAL, 3, "\"source\"");
	refuses("[scanner]\nusb = 1a86:5456\nend = return\n", -EINVAL, 3, "\"end\"");
	refuses("[scanner]\nusb = 1a86:5456\nspeed = 1\n", -ENOENT, 3, "\"speed\"");
	refuses("usb = 1a86:5456\n", -ENOENT, 1, "\"usb\"");
	refuses("[scanners]\nusb = 1a86:5456\n", -ENOENT, 2, "[scanners]");
	refuses("[scanner]\nsource = qr\n", -EINVAL, 0, "neither \"usb\" nor \"name\"");
}

/* The mistake that people make: the second scanner below the same heading. */
static void test_two_scanners_in_one_section(void **state)
{
	refuses("[scanner]\nusb = 1a86:5456\nusb = 1a86:5457\n", -EEXIST, 3, "section");
	refuses("[scanner]\nusb = 1a86:5456\n[scanner]\nusb = 1a86:5457\n", -EEXIST, 4,
		"[scanner ANYTHING]");
	refuses("[scanner]\nname = a\nend = tab\n[scanner b]\nname = b\n[scanner]\nend = tab\n", -EEXIST,
		7, "twice");
}

static void test_limits(void **state)
{
	char text[4096] = "", name[200];

	for (int i = 0; i <= SETTINGS_MAX; i++)
		sprintf(text + strlen(text), "[scanner %d]\nname = a\n", i);
	refuses(text, -E2BIG, 2 * SETTINGS_MAX + 2, "too many");
	/* cut after 49 characters by the library, these would be one section */
	refuses("[scanner 12345678901234567890123456789012345678901234567890 a]\nname = a\n",
		-ENAMETOOLONG, 2, "too long");
	memset(name, 'n', sizeof(name));
	name[SETTINGS_NAME_SIZE] = '\0';
	sprintf(text, "[scanner]\nname = %s\n", name);
	refuses(text, -EINVAL, 2, "\"name\"");
}

static void test_file(void **state)
{
	char path[] = "/tmp/test-scan-XXXXXX";
	int fd = mkstemp(path);
	struct config_problem problem;
	struct settings s;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "[scanner]\nname = a\n", 19), 19);
	close(fd);
	assert_int_equal(settings_read(path, &s, &problem), 0);
	assert_int_equal(s.n, 1);
	unlink(path);
	assert_int_equal(settings_read(path, &s, &problem), -ENOENT);
	assert_int_equal(problem.line, 0);
}

/* What --list prints of a device is read as that device, or not printed. */
static void test_names_of_devices(void **state)
{
	static const char *const good[] = {
		"Acme MRZ Reader, 2nd: \"B\"", "扫描枪", "a;b", "a # b", "[scanner]", "= x", "\"x\"",
	};
	static const char *const bad[] = {
		"", " a", "a ", "a\n[scanner x]\nusb = 046d:c31c", "a\rb", "a\tb", "\x1b[2J", "a\x7f",
		"a ;b", ";a", " ",
	};
	struct config_problem problem;
	char text[512], large[200];
	struct settings s;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(settings_can_name(good[i]));
		snprintf(text, sizeof(text), "[scanner a]\nname = %s\n", good[i]);
		assert_int_equal(parse(text, &s, &problem), 0);
		assert_string_equal(find(&s, BUS_BLUETOOTH, 1, 2, good[i]), "scanner a");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(settings_can_name(bad[i]));
	memset(large, 'a', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	assert_false(settings_can_name(large));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_nothing_named),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_two_scanners_in_one_section),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_names_of_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
