// SPDX-License-Identifier: GPL-2.0-or-later
/* What people do: the configuration, its rights, --check and --test. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../range.h"
#include "rig.h"

#define CODE "20261122"
#define GOOD "family = raw3\nlibrary = %s/fake-raw3.so\ncode = " CODE "\n"

static void assert_result(const char *config, enum portrait_result wanted)
{
	struct run run;
	enum portrait_result result = rig_decode(&run, config);

	if (result != wanted)
		fail_msg("%s, not %s: %s", portrait_result_word(result),
			 portrait_result_word(wanted), run.errors);
	assert_null(strstr(run.errors, CODE));
	/* The daemon's journal tells what the word does not. */
	if (wanted == PORTRAIT_CONFIG || wanted == PORTRAIT_LOAD)
		assert_true(strlen(run.errors) > strlen("idcard-portrait: \n"));
}

static void test_none(void **state)
{
	assert_result("/nonexistent/portrait.conf", PORTRAIT_NO_DECODER);
	assert_result(rig_config("# nothing\n; nothing\n\n"), PORTRAIT_NO_DECODER);
	assert_result(rig_config("%s", ""), PORTRAIT_NO_DECODER);
}

static void test_rights_of_the_file(void **state)
{
	static const struct {
		mode_t mode;
		enum portrait_result result;
	} cases[] = {
		{ 0600, PORTRAIT_OK }, { 0640, PORTRAIT_OK }, { 0400, PORTRAIT_OK },
		{ 0644, PORTRAIT_CONFIG }, { 0604, PORTRAIT_CONFIG }, { 0620, PORTRAIT_CONFIG },
		{ 0602, PORTRAIT_CONFIG }, { 0601, PORTRAIT_CONFIG },
	};
	const char *path = rig_config(GOOD, rig_libraries);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_return_code(chmod(path, cases[i].mode), errno);
		assert_result(path, cases[i].result);
	}
	assert_result(rig_folder, PORTRAIT_CONFIG);
	if (geteuid() == 0) {
		assert_return_code(chmod(path, 0600), errno);
		assert_return_code(chown(path, 12345, 0), errno);
		assert_result(path, PORTRAIT_CONFIG);
	}
}

static void test_settings(void **state)
{
	static const char *const wrong[] = {
		"code = 12x", "code =", "code = 99999999999", "code = -99999999999", "code = 0x",
		"success = ne 1", "success = 1", "output = jpeg", "swap_rb = maybe", "flip_v =",
		"colour = yes", "Family = raw3", "[portrait]\nmirror_h = yes", "family = raw4",
		"library", "symbol =", "preload = fake-raw3.so", "preload = /nonexistent.so",
		"side_files = side", "side_files = /nonexistent", "side_files = /etc/passwd",
		"library = /nonexistent.so", "library = evil.so", "library = ./evil.so",
		"library = /", "library = /dev/null", "side_files = /",
		" indented = yes",
	};
	static const char *const right[] = {
		"code = 0x1352902", "success = eq 1", "success = gt 0", "output = raw",
		"mirror_h = yes\nmirror_h = no", "# a comment", "preload = %s/evil.so",
		"side_files = %s/side",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		print_message("# %s\n", wrong[i]);
		assert_result(rig_config(GOOD "%s\n", rig_libraries, wrong[i]), PORTRAIT_CONFIG);
	}
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		char line[PATH_MAX + 64];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(line, sizeof(line), right[i], rig_libraries);
#pragma GCC diagnostic pop
		assert_result(rig_config(GOOD "%s\n", rig_libraries, line), PORTRAIT_OK);
	}
	assert_result(rig_config("library = %s/fake-raw3.so\n", rig_libraries), PORTRAIT_CONFIG);
	assert_result(rig_config("family = raw3\n"), PORTRAIT_CONFIG);
	assert_result(rig_config("family = file_library\nlibrary = %s/fake-file_library.so\n",
				 rig_libraries), PORTRAIT_CONFIG);
	/* The code is a number of 32 bits, whatever its sign. */
	assert_result(rig_config(GOOD "code = 4294967295\n", rig_libraries), PORTRAIT_REFUSED);
	assert_result(rig_config(GOOD "code = -2147483648\n", rig_libraries), PORTRAIT_REFUSED);
	assert_result(rig_config(GOOD "code = 0\n", rig_libraries), PORTRAIT_REFUSED);
	assert_result(rig_config(GOOD "success = eq 0\ncode = 0\n", rig_libraries),
		      PORTRAIT_NO_OUTPUT);
}

static void test_load(void **state)
{
	assert_result(rig_config(GOOD "symbol = nothing\n", rig_libraries), PORTRAIT_LOAD);
	assert_result(rig_config("family = bmp2\nlibrary = %s/fake-raw3.so\n", rig_libraries),
		      PORTRAIT_LOAD);
	assert_result(rig_config("family = raw3\nlibrary = %s/side/license.lic\n", rig_libraries),
		      PORTRAIT_LOAD);
	assert_result(rig_config(GOOD "preload = %s/side/license.lic\n", rig_libraries,
				 rig_libraries), PORTRAIT_LOAD);
}

/* A library of the family raw3 in a folder of its own, which has these rights. */
static void copy_library(const char *folder, mode_t mode, mode_t file_mode)
{
	char from[PATH_MAX + 64], to[PATH_MAX + 64], buffer[65536];
	ssize_t n;
	int in, out;

	snprintf(from, sizeof(from), "%s/fake-raw3.so", rig_libraries);
	snprintf(to, sizeof(to), "%s/lib.so", folder);
	assert_return_code(mkdir(folder, 0700), errno);
	in = open(from, O_RDONLY);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
	while ((n = read(in, buffer, sizeof(buffer))) > 0)
		assert_int_equal(write(out, buffer, n), n);
	assert_return_code(fchmod(out, file_mode), errno);
	close(in);
	close(out);
	assert_return_code(chmod(folder, mode), errno);
}

static void test_rights_of_the_library(void **state)
{
	static const struct {
		mode_t folder, file;
		enum portrait_result result;
	} cases[] = {
		{ 0755, 0644, PORTRAIT_OK }, { 0755, 0755, PORTRAIT_OK },
		{ 0700, 0600, PORTRAIT_OK },
		{ 0777, 0644, PORTRAIT_CONFIG }, { 0755, 0666, PORTRAIT_CONFIG },
		{ 0755, 0602, PORTRAIT_CONFIG }, { 01777, 0644, PORTRAIT_OK },
		{ 01777, 0666, PORTRAIT_CONFIG },
	};
	char folder[PATH_MAX + 32], link[PATH_MAX + 32];
	char to[PATH_MAX + 64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(folder, sizeof(folder), "%s/rights%zu", rig_folder, i);
		copy_library(folder, cases[i].folder, cases[i].file);
		assert_result(rig_config("family = raw3\nlibrary = %s/lib.so\ncode = " CODE "\n",
					 folder), cases[i].result);
		/* By way of a link it is the same file. */
		snprintf(link, sizeof(link), "%s/link%zu", rig_folder, i);
		snprintf(to, sizeof(to), "%s/lib.so", folder);
		assert_return_code(symlink(to, link), errno);
		assert_result(rig_config("family = raw3\nlibrary = %s\ncode = " CODE "\n", link),
			      cases[i].result);
	}
	/* A link that others can turn elsewhere is no better than such a file. */
	snprintf(link, sizeof(link), "%s/rights3/link", rig_folder);
	snprintf(to, sizeof(to), "%s/rights0/lib.so", rig_folder);
	assert_return_code(symlink(to, link), errno);
	assert_result(rig_config("family = raw3\nlibrary = %s\ncode = " CODE "\n", link),
		      PORTRAIT_CONFIG);
	if (geteuid() == 0) {
		snprintf(to, sizeof(to), "%s/rights0/lib.so", rig_folder);
		assert_return_code(chown(to, 12345, 0), errno);
		assert_result(rig_config("family = raw3\nlibrary = %s\n", to), PORTRAIT_CONFIG);
		assert_return_code(chown(to, 0, 0), errno);
		assert_return_code(chmod(to, 0664), errno);
		assert_result(rig_config("family = raw3\nlibrary = %s\n", to), PORTRAIT_REFUSED);
		assert_return_code(chown(to, 0, 12345), errno);
		assert_result(rig_config("family = raw3\nlibrary = %s\n", to), PORTRAIT_CONFIG);
		/* Members of a group of the system, such as users, may be anybody. */
		assert_return_code(chown(to, 0, 100), errno);
		assert_result(rig_config("family = raw3\nlibrary = %s\n", to), PORTRAIT_CONFIG);
		assert_return_code(chmod(to, 0644), errno);
		snprintf(folder, sizeof(folder), "%s/rights0", rig_folder);
		assert_return_code(chmod(folder, 0775), errno);
		assert_return_code(chown(folder, 0, 100), errno);
		assert_result(rig_config("family = raw3\nlibrary = %s\n", to), PORTRAIT_REFUSED);
	}
}

static int check(struct run *run, const char *path)
{
	rig_start(run, "--check", path, NULL);
	rig_finish(run, NULL, 0);
	assert_true(WIFEXITED(run->status));
	return WEXITSTATUS(run->status);
}

static void assert_says(const struct run *run, const char *part)
{
	if (!strstr((const char *)run->said, part))
		fail_msg("\"%s\" is not in: %s", part, (const char *)run->said);
}

/* What --check proposes works, with what only the vendor can tell. */
static void test_check_proposes(void **state)
{
	static const struct {
		const char *name, *family, *more;
	} cases[] = {
		{ "raw3", "raw3", "code = " CODE },
		{ "raw3_cxx", "raw3", "code = " CODE },
		{ "raw3_other", "raw3", "code = " CODE },
		{ "raw3_size", "raw3_size", "" },
		{ "raw5", "raw5", "code = " CODE },
		{ "bmp2", "bmp2", "" },
		{ "bmp2_other", "bmp2", "" },
		{ "bmp3_key", "bmp3_key", "key = a key of the test" },
		{ "bmp3_len", "bmp3_len", "" },
		{ "bmp3_size", "bmp3_size", "" },
		{ "bmp3_zkid", "bmp3_zkid", "" },
		{ "bmp4_len", "bmp4_len", "" },
		{ "file_getbmp", "file_getbmp", "" },
		{ "file_save", "file_save", "" },
	};
	char path[PATH_MAX + 64], line[64];
	struct run run, second;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(path, sizeof(path), "%s/fake-%s.so", rig_libraries, cases[i].name);
		assert_int_equal(check(&run, path), 0);
		snprintf(line, sizeof(line), "\nfamily = %s\n", cases[i].family);
		assert_says(&run, line);
		assert_int_equal(rig_decode(&second, rig_config("%s\n%s\n",
			strstr((char *)run.said, line), cases[i].more)), PORTRAIT_OK);
		assert_true(rig_is_picture(&second, false, false, false));
	}
	snprintf(path, sizeof(path), "%s/fake-init_dir.so", rig_libraries);
	assert_int_equal(check(&run, path), 0);
	assert_says(&run, "family = init_dir");
	assert_says(&run, "side_files");
	snprintf(path, sizeof(path), "%s/fake-file_library.so", rig_libraries);
	assert_int_equal(check(&run, path), 0);
	assert_says(&run, "family = file_library");
	/* Never loaded: this one would end the program. */
	snprintf(path, sizeof(path), "%s/evil-load.so", rig_libraries);
	assert_int_equal(check(&run, path), 1);
	assert_says(&run, "No function");
}

static const char *write_file(const void *data, size_t size)
{
	static char path[PATH_MAX + 16];
	int fd;

	snprintf(path, sizeof(path), "%s/file", rig_folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
	return path;
}

static void test_check_others(void **state)
{
	struct {
		Elf32_Ehdr head;
		Elf32_Phdr segment;
	} other = {
		.head = {
			.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_DYN, .e_machine = EM_ARM, .e_version = EV_CURRENT,
			.e_phoff = sizeof(other.head), .e_ehsize = sizeof(other.head),
			.e_phentsize = sizeof(other.segment), .e_phnum = 1,
			.e_shentsize = sizeof(Elf32_Shdr),
		},
		.segment = { .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W },
	};
	struct run run;

	assert_int_equal(check(&run, "/nonexistent.so"), 1);
	assert_non_null(strstr(run.errors, "/nonexistent.so"));
	assert_int_equal(check(&run, "/"), 1);
	assert_int_equal(check(&run, "/dev/null"), 1);
	assert_int_equal(check(&run, write_file("", 0)), 1);
	assert_says(&run, "not a library");
	assert_int_equal(check(&run, write_file("#!/bin/sh\n", 10)), 1);
	assert_says(&run, "not a library");
	assert_int_equal(check(&run, write_file("MZ\x90", 4)), 1);
	assert_says(&run, "for Windows");
	assert_int_equal(check(&run, write_file("!<arch>\n", 8)), 1);
	assert_says(&run, "static archive");
	assert_int_equal(check(&run, write_file(&other, sizeof(other))), 1);
	assert_says(&run, "library of 32 bits for ARM");
	other.head.e_type = ET_REL;
	assert_int_equal(check(&run, write_file(&other, sizeof(other))), 1);
	assert_says(&run, "object file");
}

/* What a file says of itself is shown, and pasted into the configuration: as one line. */
static void test_check_names(void **state)
{
	static const struct {
		const char *library, *from, *to;
	} cases[] = {
		{ "raw3_cxx", "_Z6unpackPcS_i", "_Z6unpack\ncode" },
		{ "file_getbmp", "libc.so.6", "\x1b[2J\ncode" },
	};
	static uint8_t library[256 * 1024];
	char path[PATH_MAX + 64];
	struct run run;
	uint8_t *p;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ssize_t n;
		int fd;

		snprintf(path, sizeof(path), "%s/fake-%s.so", rig_libraries, cases[i].library);
		fd = open(path, O_RDONLY);
		n = read(fd, library, sizeof(library));
		close(fd);
		assert_within(n, 1, sizeof(library) - 1);
		assert_non_null(memmem(library, n, cases[i].from, strlen(cases[i].from) + 1));
		while ((p = memmem(library, n, cases[i].from, strlen(cases[i].from) + 1)))
			memcpy(p, cases[i].to, strlen(cases[i].to) + 1);
		assert_int_equal(check(&run, write_file(library, n)), 1);
		assert_null(strstr((char *)run.said, "\ncode"));
		assert_null(strchr((char *)run.said, 0x1b));
	}
	assert_says(&run, "needs: ?[2J?code");
}

static int try(struct run *run, const char *config, const char *block)
{
	rig_start(run, "--config", config, "--test", block, NULL);
	rig_finish(run, NULL, 0);
	assert_true(WIFEXITED(run->status));
	assert_null(strstr((char *)run->said, CODE));
	assert_null(strstr(run->errors, CODE));
	return WEXITSTATUS(run->status);
}

/* Run as root, --test goes on as idcardd's user, who need not be able to come here. */
static bool can_try(void)
{
	return geteuid() != 0 || !getpwnam("idcard");
}

static void test_trial(void **state)
{
	struct run run;

	if (!can_try())
		skip();
	assert_int_equal(try(&run, rig_config(GOOD, rig_libraries), NULL), 0);
	assert_says(&run, "family: raw3");
	assert_says(&run, "system calls (seccomp): on");
	assert_says(&run, "Landlock): o");
	assert_says(&run, "The picture was decoded.");
	assert_int_equal(try(&run, rig_config(GOOD "code = 1\n", rig_libraries), NULL), 1);
	assert_says(&run, portrait_result_text(PORTRAIT_REFUSED));
	assert_says(&run, "it returned 0");
	assert_says(&run, "invented");
	assert_int_equal(try(&run, rig_config(GOOD "code = x\n", rig_libraries), NULL), 1);
	assert_says(&run, "The configuration is wrong");
	assert_says(&run, "line 4");
	assert_says(&run, "\"code\"");
	assert_int_equal(try(&run, "/nonexistent", NULL), 1);
	assert_says(&run, portrait_result_text(PORTRAIT_NO_DECODER));
	assert_int_equal(try(&run, rig_config(GOOD "symbol = nothing\n", rig_libraries), NULL), 1);
	assert_says(&run, "nothing");
	assert_int_equal(try(&run, rig_config("family = file_getbmp\nsymbol = file_unlicensed\n"
					      "library = %s/evil.so\n", rig_libraries), NULL), 1);
	assert_says(&run, "it is not licensed");
}

/* It works here and would not in the service. */
static void test_trial_of_a_hidden_library(void **state)
{
	static const char says[] = "idcardd does not see what is in /tmp/";
	char folder[] = "/tmp/idcard-hidden.XXXXXX", inner[64], file[80];
	struct run run;

	if (!can_try())
		skip();
	assert_non_null(mkdtemp(folder));
	snprintf(inner, sizeof(inner), "%s/lib", folder);
	copy_library(inner, 0755, 0644);
	assert_int_equal(try(&run, rig_config("family = raw3\nlibrary = %s/lib.so\ncode = " CODE
					      "\n", inner), NULL), 0);
	snprintf(file, sizeof(file), "%s/lib.so", inner);
	assert_return_code(unlink(file), errno);
	assert_return_code(rmdir(inner), errno);
	assert_return_code(rmdir(folder), errno);
	assert_says(&run, says);
	if (strncmp(rig_libraries, "/tmp/", 5) != 0) {
		try(&run, rig_config(GOOD, rig_libraries), NULL);
		assert_null(strstr((char *)run.said, says));
	}
}

static void test_trial_with_a_block(void **state)
{
	struct run run;

	if (!can_try())
		skip();
	assert_int_equal(try(&run, rig_config(GOOD, rig_libraries),
			     write_file(rig_block, sizeof(rig_block))), 0);
	assert_int_equal(try(&run, rig_config(GOOD "code = 1\n", rig_libraries),
			     write_file(rig_block, sizeof(rig_block))), 1);
	assert_null(strstr((char *)run.said, "invented"));
	assert_int_equal(try(&run, rig_config(GOOD, rig_libraries),
			     write_file(rig_block, 1000)), 1);
	assert_non_null(strstr(run.errors, portrait_result_text(PORTRAIT_BAD_BLOCK)));
	assert_int_equal(try(&run, rig_config(GOOD, rig_libraries), "/nonexistent"), 1);
}

static void test_chinese(void **state)
{
	struct run run;

	assert_return_code(setenv("LC_ALL", "zh_CN.UTF-8", 1), errno);
	check(&run, write_file("#!/bin/sh\n", 10));
	assert_return_code(unsetenv("LC_ALL"), errno);
	assert_says(&run, "不是库文件");
}

static void test_options(void **state)
{
	static const char *const wrong[] = { "--nothing", "block", "--check", "--config" };
	struct run run;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		rig_start(&run, wrong[i], NULL);
		rig_finish(&run, rig_block, sizeof(rig_block));
		assert_int_equal(WEXITSTATUS(run.status), 2);
		assert_int_equal(run.size, 0);
	}
	rig_start(&run, "--version", NULL);
	rig_finish(&run, NULL, 0);
	assert_int_equal(run.status, 0);
	assert_says(&run, "idcard-portrait ");
}

static int setup(void **state)
{
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	setenv("LANG", "C.UTF-8", 1);
	return rig_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_rights_of_the_file),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_rights_of_the_library),
		cmocka_unit_test(test_check_proposes),
		cmocka_unit_test(test_check_others),
		cmocka_unit_test(test_check_names),
		cmocka_unit_test(test_trial),
		cmocka_unit_test(test_trial_of_a_hidden_library),
		cmocka_unit_test(test_trial_with_a_block),
		cmocka_unit_test(test_chinese),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests_name("portrait-config", tests, setup, rig_teardown);
}
