// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <string.h>

#include "web/settings.h"

static int parse(const char *text, struct settings *ret, struct config_problem *problem)
{
	return settings_parse(text, strlen(text), ret, problem);
}

static void test_nothing(void **state)
{
	struct config_problem problem;
	struct settings s;

	assert_int_equal(parse("", &s, &problem), 0);
	assert_int_equal(s.port, 17825);
	/* What vendors' pages find is off until somebody says otherwise. */
	for (int i = 0; profiles[i]; i++) {
		assert_true(i < SETTINGS_PROFILES_MAX);
		assert_false(s.profile[i].enabled);
		assert_false(s.profile[i].jsonp);
	}
	assert_int_equal(settings_read("/nonexistent/web.conf", &s, &problem), 0);
	assert_int_equal(s.port, 17825);
}

static void test_profiles(void **state)
{
	struct config_problem problem;
	struct settings s;
	int synjones = settings_profile("synjones"), zkteco = settings_profile("zkteco");

	assert_true(synjones >= 0 && zkteco >= 0);
	assert_int_equal(settings_profile("nobody"), -1);
	assert_int_equal(parse("[server]\nport = 18000\n[profile huashi]\nenabled = yes\n[profile synjones]\n"
			       "jsonp = on\nphoto_required = 1\n[profile zkteco]\nenabled = yes\nstrict_json = yes\n"
			       "dotted_dates = yes\n[profile synjones]\nenabled = no\n", &s, &problem), 0);
	assert_int_equal(s.port, 18000);
	assert_true(s.profile[settings_profile("huashi")].enabled);
	assert_false(s.profile[synjones].enabled);
	assert_true(s.profile[synjones].jsonp && s.profile[synjones].photo_required);
	assert_true(s.profile[zkteco].enabled && s.profile[zkteco].strict_json &&
		    s.profile[zkteco].dotted_dates);
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *text;
		int error;
		unsigned int line;
	} mistakes[] = {
		{ "[server]\nport = 80\n", -EINVAL, 2 },
		{ "[server]\nport = 65536\n", -EINVAL, 2 },
		{ "[server]\nport = x\n", -EINVAL, 2 },
		{ "[server]\naddress = 0.0.0.0\n", -ENOENT, 2 },
		{ "port = 18000\n", -ENOENT, 1 },
		{ "[profile]\nenabled = yes\n", -ENOENT, 2 },
		{ "[profile nobody]\nenabled = yes\n", -ENOENT, 2 },
		{ "[profile huashi]\nenabled = perhaps\n", -EINVAL, 2 },
		{ "[profile huashi]\njsonp = yes\n", -ENOENT, 2 },
		{ "[profile synjones]\nstrict_json = yes\n", -ENOENT, 2 },
		{ "[profile zkteco]\nphoto_required = yes\n", -ENOENT, 2 },
		{ "[profiles huashi]\nenabled = yes\n", -ENOENT, 2 },
	};
	struct config_problem problem;
	struct settings s = { .port = 7 };

	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		assert_int_equal(parse(mistakes[i].text, &s, &problem), mistakes[i].error);
		assert_int_equal(problem.line, mistakes[i].line);
		assert_true(*problem.text);
	}
	assert_int_equal(s.port, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
