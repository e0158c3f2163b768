// SPDX-License-Identifier: GPL-2.0-or-later
/* The files that libtermb.so leaves for its caller: what is in them, where, and whose. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "picture.h"
#include "tests/compat/rig.h"
#include "tests/compat/termb.h"

enum {
	P = 1001,
	FILE_MAX = 65536,
	NOBODY = 65534,
};

#define DEVICE "05.03-20200101-0000012345-0000067890"
/* In GB 18030. */
#define NAME "\xb2\xe2\xca\xd4\xbc\xd7"
#define LINES_RESIDENT                                                                             \
	NAME "\r\n\xc4\xd0\r\n\xba\xba\r\n19000101\r\n"                                            \
	     "\xb1\xb1\xbe\xa9\xca\xd0\xb6\xab\xb3\xc7\xc7\xf8\xca\xbe\xc0\xfd\xc2\xb7" "1"        \
	     "\xba\xc5\r\n110101190001010014\r\n"                                                  \
	     "\xca\xbe\xc0\xfd\xca\xd0\xb9\xab\xb0\xb2\xbe\xd6\xca\xbe\xc0\xfd\xb7\xd6\xbe\xd6"    \
	     "\r\n20200101-\xb3\xa4\xc6\xda\r\n"

static struct termb termb;

static void set_up_with(const struct rig_setup *setup, const char *library)
{
	rig_start(setup);
	setenv("XDG_RUNTIME_DIR", rig_path("runtime"), 1);
	assert_int_equal(mkdir(rig_path("runtime"), 0700), 0);
	termb_load(&termb, library);
	assert_int_equal(termb.CVR_InitComm(P), 1);
}

static int set_up(void **state)
{
	set_up_with(&(struct rig_setup){}, "libtermb.so");
	return 0;
}

/* The state is of the test's own options. */
static int set_up_options(void **state)
{
	set_up_with(&(struct rig_setup){ .options = *state }, "libtermb.so");
	return 0;
}

static int set_up_decoder(void **state)
{
	set_up_with(&(struct rig_setup){ .decoder = "whole", .options = *state }, "libtermb.so");
	return 0;
}

static int tear_down(void **state)
{
	termb_unload(&termb);
	assert_int_equal(rig_stop(), 0);
	return 0;
}

static size_t read_file(const char *name, void *ret)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	ssize_t n;

	if (fd < 0)
		fail_msg("%s: %s", name, strerror(errno));
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	n = read(fd, ret, FILE_MAX);
	assert_true(n >= 0 && n < FILE_MAX);
	close(fd);
	return (size_t)n;
}

static void check_file(const char *name, const void *expected, size_t size)
{
	static uint8_t data[FILE_MAX];

	assert_int_equal(read_file(name, data), size);
	assert_memory_equal(data, expected, size);
}

static void check_size(const char *name, size_t size)
{
	static uint8_t data[FILE_MAX];

	assert_int_equal(read_file(name, data), size);
}

static void check_lines(const char *name)
{
	check_file(name, LINES_RESIDENT, strlen(LINES_RESIDENT));
}

static void check_absent(const char *name)
{
	struct stat st;

	if (lstat(name, &st) == 0)
		fail_msg("%s is there", name);
	assert_int_equal(errno, ENOENT);
}

static void write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static size_t count_files(const char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *entry;
	size_t n = 0;

	assert_non_null(d);
	while ((entry = readdir(d)))
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(d);
	return n;
}

/* A caller of active 1: units by their offset. */
static void check_raw(const char *name)
{
	uint8_t data[FILE_MAX];

	assert_int_equal(read_file(name, data), 256);
	assert_memory_equal(data, "\x4b\x6d\xd5\x8b\x32\x75 \0", 8);
	assert_memory_equal(data + 30, "1\0000\0001\0", 6);
	assert_memory_equal(data + 36, "1\0009\0000\0000\0", 8);
	for (int i = 0; i < 18; i++)
		assert_int_equal(data[122 + 2 * i], "110101190001010014"[i]);
	assert_memory_equal(data + 204, "\x7f\x95\x1f\x67 \0", 6);
}

static void test_modes(void **state)
{
	uint8_t data[FILE_MAX];

	termb_place(&termb, "resident_2_fingers");
	assert_int_equal(termb.CVR_Read_Content(1), 1);
	check_raw("wz.txt");
	read_file("xp.wlt", data);
	check_size("xp.wlt", 1024);
	assert_memory_equal(data, "WLf", 3);
	check_size("fp.dat", 1024);
	read_file("fp.dat", data);
	assert_int_equal(data[0], 'C');
	assert_int_equal(data[512], 'C');
	assert_int_equal(count_files("."), 3);
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	check_raw("wz.txt");
	/* Each call adds to what the card left so far. */
	assert_int_equal(termb.CVR_Read_Content(3), 1);
	check_size("newadd.txt", 0);
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_lines("wz.txt");
	assert_int_equal(termb.CVR_Read_Content(6), 1);
	check_lines(DEVICE ".txt");
	assert_int_equal(termb.CVR_Read_Content(5), 0);
	assert_int_equal(count_files("."), 5);
	/* The card goes, and with it everything. */
	termb_lift(&termb);
	assert_int_equal(termb.CVR_Read_Content(4), 0);
	assert_int_equal(count_files("."), 0);
}

static void test_no_fingerprints(void **state)
{
	static const uint8_t zeros[1024];

	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(1), 1);
	check_file("fp.dat", zeros, sizeof(zeros));
	assert_int_equal(termb.CVR_Read_FPContent(), 1);
	check_lines("wz.txt");
	check_file("fp.dat", zeros, sizeof(zeros));
	check_size("xp.wlt", 1024);
}

/* 示例市又一新地址路4号, the second of two. */
static void test_new_address(void **state)
{
	static const uint8_t units[] = { 0x3a, 0x79, 0x8b, 0x4f, 0x02, 0x5e, 0xc8, 0x53,
					 0x00, 0x4e, 0xb0, 0x65, 0x30, 0x57, 0x40, 0x57,
					 0xef, 0x8d, '4',  0,	 0xf7, 0x53, ' ',  0 };
	uint8_t data[FILE_MAX];

	termb_place(&termb, "resident_2_addresses");
	assert_int_equal(termb.CVR_Read_Content(3), 1);
	assert_int_equal(read_file("newadd.txt", data), 70);
	assert_memory_equal(data, units, sizeof(units));
	termb_lift(&termb);
	/* Not the address of the person before, neither while there is none nor when it fails. */
	assert_int_equal(termb.CVR_Read_Content(3), 0);
	check_absent("newadd.txt");
	termb_place(&termb, "resident_moved");
	assert_int_equal(termb.CVR_Read_Content(3), 1);
	termb_lift(&termb);
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	check_absent("newadd.txt");
	assert_int_equal(termb.CVR_Read_Content(3), 1);
	check_size("newadd.txt", 0);
}

static void test_pictures(void **state)
{
	uint8_t data[FILE_MAX];

	for (int active = 1; active <= 6; active++) {
		const char *name = active == 6 ? DEVICE ".bmp" : "zp.bmp";

		if (active == 2 || active == 3 || active == 5)
			continue;
		termb_place(&termb, "resident");
		assert_int_equal(termb.CVR_Read_Content(active), 1);
		assert_int_equal(read_file(name, data), PICTURE_BMP_SIZE);
		assert_memory_equal(data, "BM\xce\x97\0\0", 6);
		termb_lift(&termb);
		/* The next reading, of a kind that has no picture, does not leave this one. */
		termb_place(&termb, "hmt_permit");
		assert_int_equal(termb.CVR_Read_Content(2), 1);
		check_absent(name);
		termb_lift(&termb);
	}
	termb_place(&termb, "resident");
	for (int mode = 1; mode <= 5; mode++) {
		unlink("zp.bmp");
		assert_int_equal(termb.CVR_ReadBaseMsg(NULL, NULL, NULL, NULL, mode), 1);
		if (mode == 3 || mode == 4)
			check_size("zp.bmp", PICTURE_BMP_SIZE);
		else
			check_absent("zp.bmp");
	}
	assert_int_equal(termb.CVR_Read_FPContent(), 1);
	check_size("zp.bmp", PICTURE_BMP_SIZE);
}

/* What a program of before left, or another vendor's library, whatever its case. */
static void test_stale_files(void **state)
{
	static const char *const stale[] = { "wz.txt", "WZ.TXT", "zp.bmp", "ZP.BMP", "xp.wlt",
					     "XP.WLT" };

	for (int active = 1; active <= 6; active++) {
		if (active == 3 || active == 5)
			continue;
		for (size_t i = 0; i < sizeof(stale) / sizeof(*stale); i++)
			write_file(stale[i], "the person before");
		/* Also without a card. */
		assert_int_equal(termb.CVR_Read_Content(active), 0);
		assert_int_equal(count_files("."), 0);
	}
	for (size_t i = 0; i < sizeof(stale) / sizeof(*stale); i++)
		write_file(stale[i], "the person before");
	write_file("fp.dat", "of the program itself");
	termb_place(&termb, "resident");
	/* To look for a card takes nothing away from who still works with the one before. */
	assert_int_equal(count_files("."), 7);
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_lines("wz.txt");
	assert_int_equal(count_files("."), 2);
	check_absent("zp.bmp");
}

static void test_links(void **state)
{
	write_file("../victim", "untouched");
	assert_int_equal(symlink("../victim", "wz.txt"), 0);
	assert_int_equal(symlink("../none", "xp.wlt"), 0);
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_lines("wz.txt");
	/* Hard ones lead to another file, too. */
	unlink("wz.txt");
	assert_int_equal(link("../victim", "wz.txt"), 0);
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_lines("wz.txt");
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	check_size("xp.wlt", 1024);
	check_absent("../none");
	assert_int_equal(chmod("../victim", 0600), 0);
	check_file("../victim", "untouched", 9);
}

/* Of another user, in a folder of ours: replaced. */
static void test_file_of_another(void **state)
{
	struct stat st;

	if (geteuid() != 0)
		skip();
	write_file("wz.txt", "another's");
	assert_int_equal(chown("wz.txt", NOBODY, NOBODY), 0);
	assert_int_equal(chmod("wz.txt", 0666), 0);
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	assert_int_equal(stat("wz.txt", &st), 0);
	assert_int_equal(st.st_uid, geteuid());
	check_lines("wz.txt");
}

/* What cannot be taken away would be read for this person: so there is none. */
static void test_in_the_way(void **state)
{
	char name[16] = "\x55";
	int n;

	assert_int_equal(mkdir("wz.txt", 0700), 0);
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(4), 99);
	assert_int_equal(termb.GetPeopleName(name, &n), 0);
	assert_string_equal(name, "");
	assert_int_equal(rmdir("wz.txt"), 0);
	assert_int_equal(mkdir("zp.bmp", 0700), 0);
	assert_int_equal(termb.CVR_Read_Content(4), 99);
	check_absent("wz.txt");
	assert_int_equal(rmdir("zp.bmp"), 0);
	/* In upper case nobody looks at it, or might. */
	assert_int_equal(mkdir("ZP.BMP", 0700), 0);
	assert_int_equal(termb.CVR_Read_Content(4), 99);
	assert_int_equal(rmdir("ZP.BMP"), 0);
	/* Nothing of it was selected any more. */
	assert_int_equal(termb.CVR_Read_Content(4), 0);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	assert_int_equal(termb.CVR_Read_Content(4), 1);
}

/* /proc: for root, too, there is no way to make a file there. */
static void test_directory_that_cannot_be_written(void **state)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/chinaidcard/wz.txt", rig_path("runtime"));
	termb_place(&termb, "resident");
	assert_int_equal(chdir("/proc"), 0);
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_lines(path);
	termb_lift(&termb);
	assert_int_equal(termb.CVR_Read_Content(4), 0);
	check_absent(path);
	/* Without such a place there is none. */
	termb_place(&termb, "resident");
	unsetenv("XDG_RUNTIME_DIR");
	assert_int_equal(termb.CVR_Read_Content(4), 99);
	setenv("XDG_RUNTIME_DIR", "relative", 1);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	assert_int_equal(termb.CVR_Read_Content(4), 99);
}

/* Others must not be able to put something else there. */
static void test_runtime_folder_of_others(void **state)
{
	char path[256], other[256];

	snprintf(path, sizeof(path), "%s/chinaidcard", rig_path("runtime"));
	snprintf(other, sizeof(other), "%s", rig_path("other"));
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(symlink(other, path), 0);
	termb_place(&termb, "resident");
	assert_int_equal(chdir("/proc"), 0);
	assert_int_equal(termb.CVR_Read_Content(4), 99);
	assert_int_equal(count_files(other), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	assert_int_equal(termb.CVR_Read_Content(4), 99);
	assert_int_equal(count_files(path), 0);
	if (geteuid() != 0)
		return;
	assert_int_equal(chmod(path, 0700), 0);
	assert_int_equal(chown(path, NOBODY, NOBODY), 0);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	assert_int_equal(termb.CVR_Read_Content(4), 99);
	assert_int_equal(count_files(path), 0);
}

/* They open the file for changing, delete it, and move the picture away. */
static void test_habits_of_callers(void **state)
{
	FILE *f;

	umask(0777);
	for (int i = 0; i < 3; i++) {
		termb_place(&termb, "resident");
		assert_int_equal(termb.CVR_Read_Content(1), 1);
		f = fopen("wz.txt", "rb+");
		assert_non_null(f);
		fclose(f);
		assert_int_equal(unlink("wz.txt"), 0);
		assert_int_equal(rename("xp.wlt", "110101190001010014.wlt"), 0);
		termb_lift(&termb);
	}
	umask(022);
	check_size("110101190001010014.wlt", 1024);
}

static void test_upper_case(void **state)
{
	termb_place(&termb, "resident_moved");
	assert_int_equal(termb.CVR_Read_Content(1), 1);
	assert_int_equal(termb.CVR_Read_Content(3), 1);
	assert_int_equal(termb.CVR_Read_Content(6), 1);
	check_raw("WZ.TXT");
	check_size("XP.WLT", 1024);
	check_size("FP.DAT", 1024);
	check_size("ZP.BMP", PICTURE_BMP_SIZE);
	check_size("NEWADD.TXT", 70);
	check_lines(DEVICE ".TXT");
	check_size(DEVICE ".BMP", PICTURE_BMP_SIZE);
	assert_int_equal(count_files("."), 7);
	termb_lift(&termb);
	assert_int_equal(termb.CVR_Read_Content(4), 0);
	assert_int_equal(count_files("."), 0);
}

static void test_both_cases(void **state)
{
	struct stat lower, upper;

	for (int i = 0; i < 2; i++) {
		termb_place(&termb, "resident");
		assert_int_equal(termb.CVR_Read_Content(4), 1);
		check_lines("wz.txt");
		check_lines("WZ.TXT");
		assert_int_equal(stat("wz.txt", &lower), 0);
		assert_int_equal(stat("WZ.TXT", &upper), 0);
		assert_int_equal(lower.st_ino, upper.st_ino);
		check_size("ZP.BMP", PICTURE_BMP_SIZE);
		termb_lift(&termb);
	}
	assert_int_equal(termb.CVR_Read_Content(4), 0);
	assert_int_equal(count_files("."), 0);
}

static void test_ninth_line(void **state)
{
	static const char ninth[] = LINES_RESIDENT
		"\xca\xbe\xc0\xfd\xca\xd0\xd0\xc2\xb5\xd8\xd6\xb7\xc2\xb7" "3\xba\xc5\r\n";

	termb_place(&termb, "resident_moved");
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_file("wz.txt", ninth, sizeof(ninth) - 1);
	termb_lift(&termb);
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_lines("wz.txt");
}

static void test_delete_on_close(void **state)
{
	char first[128];

	termb_place(&termb, "resident_moved");
	assert_int_equal(termb.CVR_Read_Content(1), 1);
	assert_int_equal(termb.CVR_Read_Content(3), 1);
	assert_int_equal(count_files("."), 5);
	/* A program that goes elsewhere leaves nothing behind. */
	snprintf(first, sizeof(first), "%s", rig_path("files"));
	assert_int_equal(mkdir("elsewhere", 0700), 0);
	assert_int_equal(chdir("elsewhere"), 0);
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	assert_int_equal(count_files(first), 1);
	assert_int_equal(count_files("."), 2);
	write_file("xp.wlt", "not of this library");
	assert_int_equal(termb.CVR_CloseComm(), 1);
	assert_int_equal(count_files("."), 1);
	assert_int_equal(termb.CVR_InitComm(P), 1);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	/* To open anew closes, too. */
	assert_int_equal(termb.CVR_InitComm(P), 1);
	check_absent("wz.txt");
}

/* Also those of a card before the port was closed. */
static void test_stale_after_close(void **state)
{
	termb_place(&termb, "resident_2_fingers");
	assert_int_equal(termb.CVR_Read_Content(1), 1);
	assert_int_equal(termb.CVR_Read_Content(3), 1);
	termb_lift(&termb);
	assert_int_equal(termb.CVR_CloseComm(), 1);
	check_size("fp.dat", 1024);
	check_size("newadd.txt", 0);
	assert_int_equal(termb.CVR_InitComm(P), 1);
	termb_place(&termb, "foreigner");
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_absent("fp.dat");
	check_absent("newadd.txt");
}

static void test_not_deleted(void **state)
{
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	assert_int_equal(termb.CVR_CloseComm(), 1);
	check_lines("wz.txt");
}

static void test_photo_required(void **state)
{
	char name[16];
	int n;

	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(4), 0);
	assert_int_equal(count_files("."), 0);
	assert_int_equal(termb.GetPeopleName(name, &n), 0);
	/* Where none is asked for, none is required. */
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	assert_int_equal(termb.CVR_ReadBaseMsg(NULL, NULL, NULL, NULL, 3), 0);
	check_absent("wz.txt");
}

static void test_directory_option(void **state)
{
	assert_int_equal(mkdir("here", 0700), 0);
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_lines("here/wz.txt");
	assert_int_equal(count_files("."), 1);
	termb_lift(&termb);
	/* It is the only one. */
	termb_place(&termb, "resident");
	assert_int_equal(unlink("here/wz.txt"), 0);
	assert_int_equal(rmdir("here"), 0);
	assert_int_equal(termb.CVR_Read_Content(4), 99);
	assert_int_equal(count_files("."), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
#define TEST_OPTIONS(function, how, options)                                                       \
	cmocka_unit_test_prestate_setup_teardown(function, how, tear_down,                         \
						 (void *)(uintptr_t)("[termb]\n" options "\n"))

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_modes),
		TEST(test_no_fingerprints),
		TEST(test_new_address),
		TEST_OPTIONS(test_pictures, set_up_decoder, ""),
		TEST(test_stale_files),
		TEST(test_links),
		TEST(test_file_of_another),
		TEST(test_in_the_way),
		TEST(test_directory_that_cannot_be_written),
		TEST(test_runtime_folder_of_others),
		TEST(test_habits_of_callers),
		TEST_OPTIONS(test_upper_case, set_up_decoder, "upper_case = yes"),
		TEST_OPTIONS(test_both_cases, set_up_decoder, "both_cases = yes"),
		TEST_OPTIONS(test_ninth_line, set_up_options, "ninth_line = yes"),
		TEST_OPTIONS(test_delete_on_close, set_up_decoder, "delete_on_close = yes"),
		TEST(test_stale_after_close),
		TEST(test_not_deleted),
		TEST_OPTIONS(test_photo_required, set_up_options, "photo_required = yes"),
		TEST_OPTIONS(test_directory_option, set_up_options, "directory = here"),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
