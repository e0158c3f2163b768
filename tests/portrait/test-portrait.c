// SPDX-License-Identifier: GPL-2.0-or-later
/* Libraries of each family, and those that do what they should not. */
#include <dirent.h>
#include <fcntl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../range.h"
#include "picture.h"
#include "rig.h"

/* The library fake-NAME.so, and what beside family and library its configuration holds. */
static const struct fake {
	const char *name, *family, *more;
} fakes[] = {
	{ "raw3", "raw3", "code = 20261122" },
	{ "raw3_cxx", "raw3", "code = 0x1352902" },
	{ "raw3_other", "raw3", "symbol = wlt2bmp\ncode = 20261122" },
	{ "raw3_size", "raw3_size", "" },
	{ "raw5", "raw5", "code = 20261122" },
	{ "bmp2", "bmp2", "" },
	{ "bmp2_other", "bmp2", "" },
	{ "bmp3_key", "bmp3_key", "key = " FAKE_KEY },
	{ "bmp3_len", "bmp3_len", "" },
	{ "bmp3_size", "bmp3_size", "" },
	{ "bmp3_zkid", "bmp3_zkid", "" },
	{ "bmp4_len", "bmp4_len", "success = gt 0" },
	{ "file_unpack", "file_unpack", "" },
	{ "file_getbmp", "file_getbmp", "" },
	{ "file_library", "file_library", "preload = %s/fake-raw3.so" },
	{ "file_save", "file_save", "" },
	{ "file_here", "file_here", "" },
	{ "init_dir", "init_dir", "side_files = %s/side\nkey = " FAKE_KEY },
};

static const char *config_of(const struct fake *f, const char *turn)
{
	char more[PATH_MAX + 256];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(more, sizeof(more), f->more, rig_libraries);
#pragma GCC diagnostic pop
	return rig_config("family = %s\nlibrary = %s/fake-%s.so\n%s\n%s\n", f->family,
			  rig_libraries, f->name, more, turn);
}

static void test_each_family(void **state)
{
	struct run run;

	for (size_t i = 0; i < sizeof(fakes) / sizeof(fakes[0]); i++) {
		print_message("# %s\n", fakes[i].name);
		assert_int_equal(rig_decode(&run, config_of(&fakes[i], "")), PORTRAIT_OK);
		assert_true(rig_is_picture(&run, false, false, false));
	}
}

static void test_each_family_turned(void **state)
{
	static const char *const words[] = { "no", "yes" };
	struct run run;
	char turn[64];

	for (unsigned int i = 0; i < sizeof(fakes) / sizeof(fakes[0]); i++) {
		/* All eight ways for a raw and a BMP one, another one for each of the others. */
		unsigned int from = i == 0 || i == 5 ? 0 : i % 8;
		unsigned int to = i == 0 || i == 5 ? 7 : i % 8;

		for (unsigned int k = from; k <= to; k++) {
			snprintf(turn, sizeof(turn), "swap_rb = %s\nflip_v = %s\nmirror_h = %s\n",
				 words[k & 1], words[k >> 1 & 1], words[k >> 2 & 1]);
			assert_int_equal(rig_decode(&run, config_of(&fakes[i], turn)), PORTRAIT_OK);
			assert_true(rig_is_picture(&run, k & 1, k & 2, k & 4));
			assert_int_equal(rig_is_picture(&run, false, false, false), k == 0);
		}
	}
}

/* What each family is called with matters to its library. */
static void test_wrong_code_and_key(void **state)
{
	struct run run;

	for (size_t i = 0; i < sizeof(fakes) / sizeof(fakes[0]); i++) {
		struct fake f = fakes[i];

		if (strstr(f.more, "key = "))
			f.more = "side_files = %s/side\nkey = another";
		else if (strcmp(f.family, "raw5") == 0 || strcmp(f.name, "raw3") == 0)
			f.more = "code = 1";
		else
			continue;
		assert_int_equal(rig_decode(&run, config_of(&f, "")), PORTRAIT_REFUSED);
	}
	assert_int_equal(rig_decode(&run, rig_config("family = init_dir\nkey = " FAKE_KEY
						     "\nlibrary = %s/fake-init_dir.so\n",
						     rig_libraries)), PORTRAIT_REFUSED);
}

static const char *evil_config(const char *family, const char *symbol)
{
	return rig_config("family = %s\nlibrary = %s/evil.so\nsymbol = %s\ncode = 20261122\n",
			  family, rig_libraries, symbol);
}

static const struct evil {
	const char *family, *symbol;
	enum portrait_result result;
} evils[] = {
	{ "raw3", "evil_exit", PORTRAIT_EXITED },
	{ "raw3", "evil_abort", PORTRAIT_CRASHED },
	{ "raw3", "evil_overrun", PORTRAIT_CRASHED },
	{ "raw3", "evil_overrun_far", PORTRAIT_CRASHED },
	{ "raw3", "evil_overrun_by_one", PORTRAIT_CRASHED },
	{ "raw3", "evil_underrun", PORTRAIT_CRASHED },
	{ "raw3", "evil_overrun_in", PORTRAIT_CRASHED },
	{ "raw3", "evil_segfault", PORTRAIT_CRASHED },
	{ "raw3", "evil_prints", PORTRAIT_OK },
	{ "raw3", "evil_no_output", PORTRAIT_NO_OUTPUT },
	{ "raw3", "evil_half", PORTRAIT_NO_OUTPUT },
	{ "raw3", "evil_refuses", PORTRAIT_REFUSED },
	{ "file_save", "evil_litters", PORTRAIT_OK },
	{ "raw3", "evil_deep", PORTRAIT_OK },
	{ "raw3", "evil_elsewhere", PORTRAIT_OK },
	{ "raw3", "evil_reads", PORTRAIT_OK },
	{ "raw3", "evil_large_file", PORTRAIT_OK },
	{ "raw3", "evil_large_memory", PORTRAIT_OK },
	{ "raw3", "evil_many_files", PORTRAIT_OK },
	{ "raw3", "evil_socket", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_unix_socket", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_fork", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_vfork", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_exec", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_system", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_kill_parent", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_kill_all", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_signal_parent", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_descriptors", PORTRAIT_OK },
	{ "raw3", "evil_ptrace", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_io_uring", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_bpf", PORTRAIT_FORBIDDEN },
	{ "raw3", "evil_new_code", PORTRAIT_OK },
	{ "raw3", "evil_looks_round", PORTRAIT_OK },
	{ "raw3", "evil_forges", PORTRAIT_CRASHED },
	{ "raw3", "evil_closes", PORTRAIT_EXITED },
	{ "raw3", "evil_threads", PORTRAIT_OK },
	{ "bmp2", "bmp_no_magic", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_width", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_height", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_huge_height", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_least_height", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_depth", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_packed", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_planes", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_offset_small", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_offset_large", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_head_large", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_only_head", PORTRAIT_NO_OUTPUT },
	{ "bmp2", "bmp_overrun", PORTRAIT_OK },
	{ "bmp3_len", "len_short", PORTRAIT_NO_OUTPUT },
	{ "bmp3_len", "len_long", PORTRAIT_OK },
	{ "file_save", "file_none", PORTRAIT_NO_OUTPUT },
	{ "file_save", "file_empty", PORTRAIT_NO_OUTPUT },
	{ "file_save", "file_folder", PORTRAIT_NO_OUTPUT },
	{ "file_save", "file_large", PORTRAIT_NO_OUTPUT },
};

static void test_evil(void **state)
{
	struct run run;

	for (size_t i = 0; i < sizeof(evils) / sizeof(evils[0]); i++) {
		enum portrait_result result;

		result = rig_decode(&run, evil_config(evils[i].family, evils[i].symbol));
		if (result != evils[i].result)
			fail_msg("%s: %s, not %s: %s", evils[i].symbol,
				 portrait_result_word(result),
				 portrait_result_word(evils[i].result), run.errors);
		if (result == PORTRAIT_OK)
			assert_true(rig_is_picture(&run, false, false, false));
		assert_null(strstr(run.errors, "20261122"));
	}
}

/* The journal is no way out for what the block says. */
static void test_words_of_the_library(void **state)
{
	struct run run;

	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_tells")), PORTRAIT_TIMEOUT);
	assert_null(strstr(run.errors, "WHO"));
}

/* An example of the vendor's, or what was decoded there by hand: not the picture of this card. */
static void test_picture_beside_the_library(void **state)
{
	static const char *const families[] = { "file_save", "file_here", "init_dir" };
	uint8_t bmp[BMP_SIZE];
	char side[PATH_MAX + 32], path[PATH_MAX + 64];
	struct run run;
	FILE *f;

	snprintf(side, sizeof(side), "%s/side", rig_folder);
	assert_return_code(mkdir(side, 0755), errno);
	snprintf(path, sizeof(path), "%s/zp.bmp", side);
	f = fopen(path, "wb");
	assert_non_null(f);
	picture_bmp(bmp, 1);
	assert_int_equal(fwrite(bmp, 1, sizeof(bmp), f), sizeof(bmp));
	assert_int_equal(fclose(f), 0);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const char *config = rig_config("family = %s\nlibrary = %s/evil.so\n"
						"symbol = file_none\nside_files = %s\n",
						families[i], rig_libraries, side);

		assert_int_equal(rig_decode(&run, config), PORTRAIT_NO_OUTPUT);
	}
}

/* A kernel before 5.13: the library writes only where it has to, and that is not kept quiet. */
static void test_without_landlock(void **state)
{
	static const char *const denied[] = { "landlock_create_ruleset", NULL };
	struct run run;

	rig_denied = denied;
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_elsewhere")), PORTRAIT_OK);
	assert_non_null(strstr(run.errors, "Landlock"));
	for (size_t i = 0; i < sizeof(fakes) / sizeof(fakes[0]); i++) {
		assert_int_equal(rig_decode(&run, config_of(&fakes[i], "")), PORTRAIT_OK);
		assert_true(rig_is_picture(&run, false, false, false));
	}
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_socket")), PORTRAIT_FORBIDDEN);
	rig_denied = NULL;
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_elsewhere")), PORTRAIT_OK);
	assert_null(strstr(run.errors, "Landlock"));
}

/* What an older systemd's filter keeps from the service is kept from its children. */
static void test_below_a_filter(void **state)
{
	static const char *const denied[] = {
		"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp",
		"setrlimit", "prlimit64", "close_range", NULL,
	};
	struct run run;

	rig_denied = denied;
	assert_int_equal(rig_decode(&run, config_of(&fakes[0], "")), PORTRAIT_OK);
	assert_non_null(strstr(run.errors, "limits"));
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_elsewhere")), PORTRAIT_OK);
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_looks_round")), PORTRAIT_OK);
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_socket")), PORTRAIT_FORBIDDEN);
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_fork")), PORTRAIT_FORBIDDEN);
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_threads")), PORTRAIT_REFUSED);
	rig_denied = NULL;
}

static void test_exit_at_load(void **state)
{
	struct run run;

	assert_int_equal(rig_decode(&run, rig_config("family = raw3\nsymbol = evil_refuses\n"
						     "library = %s/evil-load.so\n",
						     rig_libraries)), PORTRAIT_EXITED);
}

/* Side by side, so that the five seconds pass once. */
static void test_endless(void **state)
{
	static const char *const symbols[] = { "evil_loop", "evil_stop", "evil_silent",
					       "evil_threads_exit" };
	enum { N = sizeof(symbols) / sizeof(symbols[0]) };
	static struct run runs[N];
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (size_t i = 0; i < N; i++) {
		char path[PATH_MAX + 32];

		snprintf(path, sizeof(path), "%s/endless%zu", rig_folder, i);
		assert_return_code(rename(evil_config("raw3", symbols[i]), path), errno);
		rig_start(&runs[i], "--config", path, NULL);
		assert_int_equal(write(runs[i].in, rig_block, sizeof(rig_block)),
				 sizeof(rig_block));
	}
	for (size_t i = 0; i < N; i++) {
		rig_finish(&runs[i], NULL, 0);
		assert_int_equal(rig_result(&runs[i]), PORTRAIT_TIMEOUT);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_within(to.tv_sec - from.tv_sec, 4, 2 * PORTRAIT_DEADLINE_MS / 1000);
}

static bool find_folder(char *ret)
{
	static const char *const places[] = { "/tmp", "/dev/shm", "/run/idcard", "/run" };
	const struct dirent *e;
	bool found = false;

	for (size_t i = 0; !found && i < sizeof(places) / sizeof(places[0]); i++) {
		DIR *d = opendir(places[i]);

		while (d && !found && (e = readdir(d)))
			if (strncmp(e->d_name, "idcard-portrait.", 16) == 0) {
				snprintf(ret, PATH_MAX, "%s/%s", places[i], e->d_name);
				found = true;
			}
		if (d)
			closedir(d);
	}
	return found;
}

/* The library is at work. The alarm of the rig ends a wait for nothing. */
static void wait_for_work(char *folder)
{
	char path[PATH_MAX + 16];

	do {
		usleep(1000);
		if (find_folder(folder))
			snprintf(path, sizeof(path), "%s/working", folder);
		else
			path[0] = '\0';
	} while (access(path, F_OK) < 0);
}

/* Every process that came from the program, long before its time is up. */
static void assert_all_gone(void)
{
	for (int i = 0; i < 2000; i++) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		if (pid < 0) {
			assert_int_equal(errno, ECHILD);
			return;
		}
		if (pid == 0)
			usleep(1000);
	}
	fail_msg("a process is left");
}

static void close_run(struct run *run)
{
	close(run->in);
	close(run->out);
	close(run->err);
}

static void start_loop(struct run *run, char *folder)
{
	rig_start(run, "--config", evil_config("raw3", "evil_loop"), NULL);
	assert_int_equal(write(run->in, rig_block, sizeof(rig_block)), sizeof(rig_block));
	wait_for_work(folder);
}

/* The one child of a process. */
static pid_t child_of(pid_t pid)
{
	char path[64];
	int child = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &child), 1);
	fclose(f);
	return child;
}

static unsigned long locked_memory(pid_t pid)
{
	unsigned long size = 0;
	char line[128];
	FILE *f;

	snprintf(line, sizeof(line), "/proc/%d/status", pid);
	f = fopen(line, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "VmLck: %lu", &size) == 1)
			break;
	fclose(f);
	return size;
}

/* As below LimitMEMLOCK=infinity of the unit: neither process with the block goes to swap. */
static void test_memory_is_locked(void **state)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	char folder[PATH_MAX];
	struct rlimit before;
	struct run run;

	assert_return_code(getrlimit(RLIMIT_MEMLOCK, &before), errno);
	if (setrlimit(RLIMIT_MEMLOCK, &all) < 0)
		skip();
	start_loop(&run, folder);
	assert_return_code(setrlimit(RLIMIT_MEMLOCK, &before), errno);
	assert_true(locked_memory(run.pid) > 0);
	assert_true(locked_memory(child_of(run.pid)) > 0);
	kill(run.pid, SIGTERM);
	rig_finish(&run, NULL, 0);
	assert_all_gone();
}

static void test_told_to_end(void **state)
{
	char folder[PATH_MAX];
	struct run run;

	start_loop(&run, folder);
	kill(run.pid, SIGTERM);
	rig_finish(&run, NULL, 0);
	assert_int_equal(run.size, 0);
	assert_all_gone();
	assert_false(find_folder(folder));
}

/* Nothing can be cleared up then; the next one does, once it is sure that nobody uses it. */
static void test_killed(void **state)
{
	const struct timespec past[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	char folder[PATH_MAX];
	struct run run;

	start_loop(&run, folder);
	kill(run.pid, SIGKILL);
	close_run(&run);
	assert_all_gone();
	assert_true(find_folder(folder));
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_refuses")), PORTRAIT_REFUSED);
	assert_true(find_folder(folder));
	assert_return_code(utimensat(AT_FDCWD, folder, past, 0), errno);
	assert_int_equal(rig_decode(&run, evil_config("raw3", "evil_refuses")), PORTRAIT_REFUSED);
	assert_false(find_folder(folder));
}

/* idcardd gone: nothing goes on for it. */
static void test_parent_gone(void **state)
{
	char folder[PATH_MAX];
	struct run run;
	pid_t parent = fork();

	if (parent == 0) {
		start_loop(&run, folder);
		_exit(0);
	}
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	assert_all_gone();
	assert_false(find_folder(folder));
}

static void test_input(void **state)
{
	static uint8_t more[PORTRAIT_BLOCK_SIZE + 1];
	const char *config = config_of(&fakes[0], "");
	struct run run;

	/* One byte less is no block, one more is another's. */
	rig_start(&run, "--config", config, NULL);
	rig_finish(&run, rig_block, sizeof(rig_block) - 1);
	assert_int_not_equal(run.status, 0);
	assert_int_equal(run.size, 0);
	memcpy(more, rig_block, sizeof(rig_block));
	rig_start(&run, "--config", config, NULL);
	rig_finish(&run, more, sizeof(more));
	assert_int_equal(rig_result(&run), PORTRAIT_OK);
	for (int i = 0; i < 6; i++) {
		memcpy(more, rig_block, sizeof(rig_block));
		more[i] ^= 1;
		rig_start(&run, "--config", config, NULL);
		rig_finish(&run, more, sizeof(rig_block));
		assert_int_equal(rig_result(&run), PORTRAIT_BAD_BLOCK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_family),
		cmocka_unit_test(test_each_family_turned),
		cmocka_unit_test(test_wrong_code_and_key),
		cmocka_unit_test(test_evil),
		cmocka_unit_test(test_words_of_the_library),
		cmocka_unit_test(test_picture_beside_the_library),
		cmocka_unit_test(test_without_landlock),
		cmocka_unit_test(test_below_a_filter),
		cmocka_unit_test(test_exit_at_load),
		cmocka_unit_test(test_memory_is_locked),
		cmocka_unit_test(test_told_to_end),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_parent_gone),
		cmocka_unit_test(test_input),
		cmocka_unit_test(test_endless),
	};

	return cmocka_run_group_tests_name("portrait", tests, rig_setup, rig_teardown);
}
