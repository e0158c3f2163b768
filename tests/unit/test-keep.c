// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/daemon/keep.c: which memory a reader gets. */
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "keep.h"

/* What the daemon gave to systemd. */
static int stored = -1;

int __wrap_sd_pid_notify_with_fds(pid_t pid, int unset, const char *state, const int *fds,
				  unsigned int n);
int __wrap_sd_pid_notify_with_fds(pid_t pid, int unset, const char *state, const int *fds,
				  unsigned int n)
{
	assert_string_equal(state, "FDSTORE=1\nFDNAME=" KEEP_NAME);
	assert_int_equal(n, 1);
	stored = dup(fds[0]);
	return 1;
}

static void test_next_daemon_has_it(void **state)
{
	struct reader_memory *a, *b;
	struct keep *keep;

	assert_int_equal(keep_new(-1, &keep), 0);
	assert_int_equal(keep_watchers(keep), 0);
	keep_set_watchers(keep, 3);
	a = keep_of(keep, "usb-1-1", 7);
	b = keep_of(keep, "usb-1-2", 8);
	assert_non_null(a);
	assert_ptr_not_equal(a, b);
	a->of = READER_MEMORY_READ;
	b->of = READER_MEMORY_READ;
	keep_free(keep);

	assert_int_equal(keep_new(stored, &keep), 0);
	assert_int_equal(keep_watchers(keep), 3);
	assert_int_equal(keep_of(keep, "usb-1-1", 7)->of, READER_MEMORY_READ);
	/* Plugged in anew: another card, and perhaps another reader. */
	assert_int_equal(keep_of(keep, "usb-1-2", 9)->of, READER_MEMORY_NONE);
	assert_int_equal(keep_of(keep, "usb-1-3", 7)->of, READER_MEMORY_NONE);
	keep_free(keep);
}

/* Readers come and go; those that are there keep theirs. */
static void test_many_readers(void **state)
{
	struct keep *keep;
	char name[32];

	assert_int_equal(keep_new(-1, &keep), 0);
	for (unsigned int i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "usb-%u", i);
		keep_of(keep, name, 1)->of = READER_MEMORY_READ;
	}
	assert_null(keep_of(keep, "one-more", 1));
	assert_int_equal(keep_of(keep, "usb-63", 1)->of, READER_MEMORY_READ);
	keep_free(keep);

	assert_int_equal(keep_new(stored, &keep), 0);
	assert_int_equal(keep_of(keep, "usb-63", 1)->of, READER_MEMORY_READ);
	assert_int_equal(keep_of(keep, "one-more", 1)->of, READER_MEMORY_NONE);
	assert_int_equal(keep_of(keep, "usb-63", 1)->of, READER_MEMORY_READ);
	keep_free(keep);
}

/* Of another release, or no memory of ours at all. */
static void test_what_is_not_understood(void **state)
{
	int fd = memfd_create("other", MFD_CLOEXEC);
	struct keep *keep;
	char byte = 1;

	assert_int_equal(write(fd, &byte, 1), 1);
	assert_int_equal(keep_new(fd, &keep), 0);
	assert_int_equal(keep_of(keep, "usb-1-1", 1)->of, READER_MEMORY_NONE);
	assert_null(keep_of(keep, "", 1));
	keep_free(keep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next_daemon_has_it),
		cmocka_unit_test(test_many_readers),
		cmocka_unit_test(test_what_is_not_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
