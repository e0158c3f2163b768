// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linked with --wrap: what goes back to the heap is looked at first, and a limit that only an
 * administrator may set is pretended.
 */
#include "test.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "secret.h"

static const char personal[] = "110101190001010014";

/* What was given to free(), and how many times the personal text was still in it. */
static size_t frees, dirty;
static size_t watched;		/* size of the data behind the header; 0: only search */
static int locked = -1;
static rlim_t memory_limit;

void __real_free(void *p);
void __wrap_free(void *p);
int __wrap_mlockall(int flags);
int __real_getrlimit(__rlimit_resource_t resource, struct rlimit *limit);
int __wrap_getrlimit(__rlimit_resource_t resource, struct rlimit *limit);

void __wrap_free(void *p)
{
	if (p && watched) {
		frees++;
		/* The header is as large as the strictest alignment. */
		for (size_t i = 0; i < watched; i++)
			if (((char *)p)[_Alignof(max_align_t) + i])
				dirty++;
	}
	__real_free(p);
}

int __wrap_mlockall(int flags)
{
	locked = flags;
	return 0;
}

int __wrap_getrlimit(__rlimit_resource_t resource, struct rlimit *limit)
{
	int r = __real_getrlimit(resource, limit);

	if (resource == RLIMIT_MEMLOCK)
		limit->rlim_cur = memory_limit;
	return r;
}

static void memory_is_zeroed_and_aligned(void **state)
{
	for (size_t size = 0; size < 300; size++) {
		unsigned char *p = secret_alloc(size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
		secret_free(p);
	}
}

static void memory_is_wiped(void **state)
{
	char *p = secret_alloc(100);

	assert_non_null(p);
	memset(p, 'x', 100);
	frees = 0;
	dirty = 0;
	watched = 100;
	p = secret_free(p);
	watched = 0;
	assert_null(p);
	assert_int_equal(frees, 1);
	assert_int_equal(dirty, 0);
}

static void cleanup_and_null(void **state)
{
	assert_null(secret_free(NULL));
	frees = 0;
	{
		_cleanup_secret_ char *p = secret_alloc(8);
		_cleanup_secret_ char *none = NULL;

		assert_non_null(p);
		assert_null(none);
		watched = 8;
	}
	watched = 0;
	assert_int_equal(frees, 1);
}

static void what_is_too_large_fails(void **state)
{
	assert_null(secret_alloc(SIZE_MAX));
	assert_null(secret_alloc(SIZE_MAX - 8));
}

/* In a child: it changes the whole process. Returns 0, or which check failed. */
static int check_init(rlim_t limit)
{
	int all = MCL_CURRENT | MCL_FUTURE;
	struct rlimit core;
	json_t *value;
	char *text;

	memory_limit = limit;
	secret_init();
	if (prctl(PR_GET_DUMPABLE) != 0)
		return 2;
	if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_cur != 0 || core.rlim_max != 0)
		return 3;
	if (limit == RLIM_INFINITY ? (locked & all) != all : locked != -1)
		return 4;

	value = json_string(personal);
	text = json_dumps(value, JSON_ENCODE_ANY);
	if (!text || !strstr(text, personal))
		return 5;
	watched = sizeof(personal) - 1;
	secret_free(text);
	if (frees != 1 || dirty)
		return 6;
	json_decref(value);
	if (frees < 3 || dirty)
		return 7;
	return 0;
}

static int in_child(rlim_t limit)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		frees = 0;
		dirty = 0;
		_exit(check_init(limit));
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void init_protects_the_process(void **state)
{
	assert_int_equal(in_child(RLIM_INFINITY), 0);
}

static void a_finite_limit_is_not_locked_into(void **state)
{
	assert_int_equal(in_child(8 << 20), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(memory_is_wiped),
		cmocka_unit_test(cleanup_and_null),
		cmocka_unit_test(what_is_too_large_fails),
		cmocka_unit_test(init_protects_the_process),
		cmocka_unit_test(a_finite_limit_is_not_locked_into),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
