// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Secret memory in a program whose memory is not locked as a whole: a person's own, or idcardctl as
 * an ordinary user has it. Built without sanitizers, with which it is the heap.
 */
#include "test.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "secret.h"

enum { ROUNDS = 1000, PIECES = 64 };

/* The flags that the kernel has for the mapping that @p is in, "rd wr mr mw me lo dd ac". */
static bool has_flag(const void *p, const char *flag)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	unsigned long begin, end;
	bool inside = false, has = false;
	char line[512];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &begin, &end) == 2)
			inside = (unsigned long)p >= begin && (unsigned long)p < end;
		if (inside && strncmp(line, "VmFlags:", 8) == 0)
			has = strstr(line, flag) != NULL;
	}
	fclose(f);
	return has;
}

static bool is_mapped(void *p)
{
	unsigned char vector;
	void *page = (void *)((uintptr_t)p & ~(uintptr_t)(sysconf(_SC_PAGESIZE) - 1));

	return mincore(page, 1, &vector) == 0;
}

static void pages_are_locked_and_in_no_core_file(void **state)
{
	for (size_t size = 1; size <= 1 << 18; size *= 4) {
		char *p = secret_alloc(size);

		assert_non_null(p);
		memset(p, 'x', size);
		assert_true(has_flag(p, " lo") && has_flag(p, " dd"));
		assert_true(has_flag(p + size - 1, " lo") && has_flag(p + size - 1, " dd"));
		secret_free(p);
		assert_false(is_mapped(p));
	}
}

static void the_program_itself_is_not_changed(void **state)
{
	char *own = malloc(1 << 20);
	void *p = secret_alloc(100);

	assert_false(has_flag(own, " lo") || has_flag(own, " dd"));
	secret_free(p);
	free(own);
}

/* In a child: a limit that is lowered stays low. */
static int without_a_limit_to_lock(void)
{
	char *p;

	setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){ 0, 0 });
	/* root may lock without any limit */
	if (geteuid() == 0 && setuid(65534) < 0)
		return 1;
	errno = 0;
	p = secret_alloc(100);
	if (!p || errno || has_flag(p, " lo") || !has_flag(p, " dd"))
		return 2;
	secret_free(p);
	return 0;
}

/* All pieces of different sizes hold what was put into them, and none is handed out twice. */
static int small_pieces(void)
{
	static const struct rlimit limit = { 1 << 20, 1 << 20 };
	char *piece[PIECES] = {};
	size_t size[PIECES];
	json_malloc_t get;
	json_free_t put;

	setrlimit(RLIMIT_MEMLOCK, &limit);
	secret_init();
	json_get_alloc_funcs(&get, &put);
	srandom(1);
	for (int i = 0; i < ROUNDS * PIECES; i++) {
		int k = (int)(random() % PIECES);

		if (piece[k]) {
			for (size_t n = 0; n < size[k]; n++)
				if (piece[k][n] != (char)k)
					return 3;
			put(piece[k]);
		}
		size[k] = (size_t)(random() % 6000);
		piece[k] = get(size[k]);
		if (!piece[k] || (uintptr_t)piece[k] % _Alignof(max_align_t))
			return 4;
		memset(piece[k], k, size[k]);
	}
	return 0;
}

static int jansson_on_locked_pages(void)
{
	static const char personal[] = "110101190001010014";
	static const struct rlimit limit = { 1 << 20, 1 << 20 };
	const char *text;
	json_t *value;

	setrlimit(RLIMIT_MEMLOCK, &limit);
	secret_init();
	value = json_string(personal);
	text = json_string_value(value);
	if (!has_flag(text, " lo") || !has_flag(text, " dd") || !has_flag(value, " dd"))
		return 5;
	json_decref(value);
	/* pieces stay mapped for the next ones, but for a pointer they are empty */
	for (size_t i = 0; i < sizeof(personal); i++)
		if (text[i])
			return 6;
	return 0;
}

static int in_child(int (*check)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(check());
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void memory_that_cannot_be_locked_is_memory(void **state)
{
	assert_int_equal(in_child(without_a_limit_to_lock), 0);
}

static void small_pieces_hold(void **state)
{
	assert_int_equal(in_child(small_pieces), 0);
}

static void jansson_is_on_locked_pages(void **state)
{
	assert_int_equal(in_child(jansson_on_locked_pages), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_locked_and_in_no_core_file),
		cmocka_unit_test(the_program_itself_is_not_changed),
		cmocka_unit_test(memory_that_cannot_be_locked_is_memory),
		cmocka_unit_test(small_pieces_hold),
		cmocka_unit_test(jansson_is_on_locked_pages),
	};

	return cmocka_run_group_tests_name("secret-pages", tests, NULL, NULL);
}
