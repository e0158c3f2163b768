// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "log.h"

/* A name that others chose, in the journal: one line, of the level it was written with. */
static void test_one_line(void **state)
{
	char text[1024] = "";
	int fds[2], before = dup(STDERR_FILENO);

	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], STDERR_FILENO);
	log_line(LOG_INFO, "from %s", "a\n<0>b\x1b[2J\r\x7f 读卡器");
	log_errno(LOG_ERR, -2, "%s", "\n\n");
	dup2(before, STDERR_FILENO);
	close(before);
	close(fds[1]);
	assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
	close(fds[0]);
	assert_string_equal(text, "<6>from a?<0>b?[2J?? 读卡器\n<3>??: No such file or directory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_line),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
