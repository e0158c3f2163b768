// SPDX-License-Identifier: GPL-2.0-or-later
/* Each function of libtermb.so, from the prototypes of termb.h alone. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base64.h"
#include "compat/termb.h"
#include "picture.h"
#include "tests/compat/rig.h"
#include "tests/compat/termb.h"

/* The header that is installed says the same. */
#define X(name, arguments)                                                                         \
	_Static_assert(__builtin_types_compatible_p(__typeof__(name), int arguments), #name);
TERMB_FUNCTIONS(X)
#undef X
#define X(name)                                                                                    \
	_Static_assert(__builtin_types_compatible_p(__typeof__(name), int(char *, int *)) &&       \
			       __builtin_types_compatible_p(__typeof__(name##U),                   \
							    int(char *, int *)),                   \
		       #name);
TERMB_TEXTS(X)
#undef X

enum {
	P = 1001,
	GUARD = 0xa5,
};

#define SAM_ID "05.03-20200101-0000012345-0000067890"

static struct termb termb;

static int set_up(void **state)
{
	rig_start(&(struct rig_setup){});
	termb_load(&termb, "libtermb.so");
	return 0;
}

static int set_up_with_decoder(void **state)
{
	rig_start(&(struct rig_setup){ .decoder = "whole" });
	termb_load(&termb, "libtermb.so");
	return 0;
}

static int tear_down(void **state)
{
	termb_unload(&termb);
	assert_int_equal(rig_stop(), 0);
	return 0;
}

static void open_port(void)
{
	assert_int_equal(termb.CVR_InitComm(P), 1);
}

/* All texts, in the order of TERMB_TEXTS; NULL: the function fails, and gives nothing. */
static void check_texts(const char *const expected[TERMB_TEXTS_MAX])
{
	for (size_t i = 0; i < TERMB_TEXTS_MAX; i++) {
		const char *want = expected ? expected[i] : NULL;
		char text[512];

		termb_get(&termb, i, want ? 1 : 0, text, sizeof(text));
		if (strcmp(text, want ? want : "") != 0)
			fail_msg("%s: \"%s\"", termb_names[i], text);
	}
}

static void check_nothing(void)
{
	unsigned char data[1024];
	int n = 77;

	check_texts(NULL);
	memset(data, GUARD, sizeof(data));
	assert_int_equal(termb.GetFPDate(data, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(data[0], 0);
	assert_int_equal(data[1], GUARD);
	assert_int_equal(termb.GetNationCode((char *)data, &n), 0);
	assert_int_equal(termb.GetIssuesNum(&n), 0);
	assert_int_equal(n, 0);
	n = 77;
	assert_int_equal(termb.GetBMPData(data, &n), 0);
	assert_int_equal(n, 0);
	n = 77;
	assert_int_equal(termb.Getbase64JpgData(data, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(data[1], GUARD);
}

/* As programs look for the reader: the first that gives 1 is it. */
static void test_scan(void **state)
{
	static const int wrong[] = { 0, -1, 17, 1000, 1017, INT_MAX, INT_MIN };
	int port = 1001;

	while (port <= 1016 && termb.CVR_InitComm(port) != 1)
		port++;
	assert_int_equal(port, P);
	for (port = 1002; port <= 1016; port++)
		assert_int_equal(termb.CVR_InitComm(port), 2);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(termb.CVR_InitComm(wrong[i]), 2);
	/* The one before was closed. */
	assert_int_equal(termb.CVR_CloseComm(), 0);
	open_port();
	open_port();
	assert_int_equal(termb.CVR_CloseComm(), 1);
	assert_int_equal(termb.CVR_CloseComm(), 0);
}

static void test_not_open(void **state)
{
	char id[37];

	assert_int_equal(termb.CVR_Authenticate(), 0);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 0);
	assert_int_equal(termb.CVR_FindCard(), 0);
	assert_int_equal(termb.CVR_SelectCard(), 0);
	assert_int_equal(termb.CVR_IsRightCard(), 0);
	assert_int_equal(termb.CVR_Ant(1), 0);
	for (int active = -1; active < 9; active++)
		assert_int_equal(termb.CVR_Read_Content(active), 0);
	assert_int_equal(termb.CVR_Read_FPContent(), 0);
	assert_int_equal(termb.CVR_ReadBaseMsg(NULL, NULL, NULL, NULL, 1), 0);
	assert_int_equal(termb.CVR_GetSAMID(id), 0);
	assert_string_equal(id, "");
	check_nothing();
}

static void test_reader(void **state)
{
	char *id = malloc(sizeof(SAM_ID));
	char wide[2 * sizeof(SAM_ID) + 1];

	open_port();
	assert_non_null(id);
	assert_int_equal(termb.CVR_GetSAMID(id), 1);
	assert_string_equal(id, SAM_ID);
	free(id);
	memset(wide, GUARD, sizeof(wide));
	assert_int_equal(termb.CVR_GetSAMIDU(wide), 1);
	for (size_t i = 0; i < sizeof(SAM_ID); i++) {
		assert_int_equal(wide[2 * i], SAM_ID[i]);
		assert_int_equal(wide[2 * i + 1], 0);
	}
	assert_int_equal((unsigned char)wide[2 * sizeof(SAM_ID)], GUARD);
	assert_int_equal(termb.CVR_GetIDCardUID(wide, sizeof(wide)), 0);
	assert_int_equal(wide[0], 0);
	assert_int_equal(termb.CVR_GetIDCardUIDU(wide, sizeof(wide)), 0);
	assert_int_equal(termb.CVR_Ant(0), 1);
	assert_int_equal(termb.CVR_SetBaudRate(115200), 1);
	assert_int_equal(termb.CVR_SetBaudRate(12345), 0);
}

static void read_card(const char *persona, const char *const expected[TERMB_TEXTS_MAX])
{
	termb_place(&termb, persona);
	check_nothing();
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	check_texts(expected);
	termb_lift(&termb);
	/* What was read stays until somebody asks for the next. */
	check_texts(expected);
	assert_int_equal(termb.CVR_Authenticate(), 2);
	check_nothing();
}

static void test_kinds_of_cards(void **state)
{
	open_port();
	read_card("resident", (const char *const[]){
		"测试甲", "男", "汉", "19000101", "北京市东城区示例路1号", "110101190001010014",
		"示例市公安局示例分局", "20200101", "长期", "测试甲", "", "", " ", "" });
	read_card("foreigner", (const char *const[]){
		"SAMPLE, TEST CARD", "男", "XXX", "19000101", "", "XXX110000010103", "1100",
		"20200101", "20300101", "测试丙", "01", "", "I", "" });
	read_card("foreigner_2023", (const char *const[]){
		"SAMPLE, TEST CARD", "女", "XXX", "19000101", "", "91199919000101003X", "",
		"20240101", "20340101", "测试丁", "", "", "Y", "" });
	read_card("hmt_permit", (const char *const[]){
		"测试乙", "女", "", "19000101", "示例省示例市示例街2号", "810000190001010026",
		"示例市公安局", "20200101", "20250101", "测试乙", "", "", "J", "H00000000" });
	read_card("resident_2_addresses", (const char *const[]){
		"测试甲", "男", "汉", "19000101", "北京市东城区示例路1号", "110101190001010014",
		"示例市公安局示例分局", "20200101", "长期", "测试甲", "", "示例市又一新地址路4号",
		" ", "" });
}

/* A private-use character: in its place of GBK, and for the wide function as on the card. */
static void test_rare_character(void **state)
{
	char gbk[16], wide[16];
	int n;

	open_port();
	termb_place(&termb, "resident_private_use");
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	assert_int_equal(termb.GetPeopleName(gbk, &n), 1);
	assert_string_equal(gbk, "\xb2\xe2\xca\xd4\xfe\x59");
	assert_int_equal(termb.GetPeopleNameU(wide, &n), 1);
	assert_int_equal(n, 6);
	assert_memory_equal(wide, "\x4b\x6d\xd5\x8b\x1e\xe8\0", 8);
}

static void test_numbers(void **state)
{
	char code[8];
	int n, number;

	open_port();
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	memset(code, GUARD, sizeof(code));
	n = 64;
	assert_int_equal(termb.GetNationCode(code, &n), 1);
	assert_memory_equal(code, "01\0\xa5", 4);
	assert_int_equal(n, 2);
	/* Who has an int says so. */
	n = sizeof(number);
	number = -1;
	assert_int_equal(termb.GetNationCode((char *)&number, &n), 1);
	assert_int_equal(number, 1);
	assert_int_equal(n, sizeof(number));
	assert_int_equal(termb.GetNationCodeU(code, &n), 1);
	assert_memory_equal(code, "0\0001\0\0\0\xa5", 7);
	assert_int_equal(termb.GetIssuesNum(&n), 0);
	termb_lift(&termb);
	termb_place(&termb, "hmt_permit");
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	assert_int_equal(termb.GetIssuesNum(&n), 1);
	assert_int_equal(n, 1);
	assert_int_equal(termb.GetIssuesNumU(&n), 1);
	assert_int_equal(termb.GetNationCode(NULL, NULL), 0);
	termb_lift(&termb);
	termb_place(&termb, "foreigner");
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	n = 64;
	assert_int_equal(termb.GetNationCode(code, &n), 0);
	assert_string_equal(code, "XXX");
}

static void test_fingerprints(void **state)
{
	unsigned char data[1025];
	int n = 0;

	open_port();
	termb_place(&termb, "resident_2_fingers");
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	/* They were not asked for. */
	assert_int_equal(termb.GetFPDate(data, &n), 0);
	assert_int_equal(termb.CVR_Read_FPContent(), 1);
	data[1024] = GUARD;
	assert_int_equal(termb.GetFPDate(data, &n), 1);
	assert_int_equal(n, 1024);
	assert_int_equal(data[1024], GUARD);
	assert_int_equal(data[0], 'C');
	assert_int_equal(data[5], 0x0b);
	assert_int_equal(data[512], 'C');
	assert_int_equal(data[512 + 5], 0x10);
	termb_lift(&termb);
	termb_place(&termb, "resident_1_finger");
	assert_int_equal(termb.CVR_Read_FPContent(), 1);
	assert_int_equal(termb.GetFPDateU(data, &n), 1);
	assert_int_equal(n, 1024);
	assert_int_equal(data[5], 0x0b);
	for (size_t i = 512; i < 1024; i++)
		assert_int_equal(data[i], 0);
}

static void test_find_and_select(void **state)
{
	open_port();
	assert_int_equal(termb.CVR_SelectCard(), 3);
	assert_int_equal(termb.CVR_FindCard(), 2);
	assert_int_equal(termb.CVR_Authenticate(), 2);
	rig_sim("place resident");
	while (termb.CVR_FindCard() != 1)
		;
	/* Found is not selected. */
	assert_int_equal(termb.CVR_Read_Content(2), 0);
	assert_int_equal(termb.CVR_SelectCard(), 1);
	assert_int_equal(termb.CVR_IsRightCard(), 1);
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	/* One card, one time, but for those who do not want it lifted. */
	assert_int_equal(termb.CVR_Authenticate(), 2);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 1);
	termb_lift(&termb);
	assert_int_equal(termb.CVR_AuthenticateForNoJudge(), 2);
}

/* Whatever ends the card of a person ends what the functions give of it. */
static void test_never_the_person_before(void **state)
{
	char name[32];
	int n;

	open_port();
	for (int way = 0; way < 6; way++) {
		termb_place(&termb, "resident");
		assert_int_equal(termb.CVR_Read_Content(2), 1);
		assert_int_equal(termb.GetPeopleName(name, &n), 1);
		termb_lift(&termb);
		switch (way) {
		case 0:
			assert_int_equal(termb.CVR_Read_Content(2), 0);
			break;
		case 1:
			assert_int_equal(termb.CVR_Read_Content(4), 0);
			break;
		case 2:
			assert_int_equal(termb.CVR_ReadBaseMsg(NULL, NULL, NULL, NULL, 5), 0);
			break;
		case 3:
			rig_sim("place hmt_permit");
			termb_take(&termb);
			break;
		case 4:
			assert_int_equal(termb.CVR_CloseComm(), 1);
			open_port();
			break;
		default:
			assert_int_equal(termb.CVR_InitComm(1002), 2);
			break;
		}
		check_nothing();
		if (way == 3)
			termb_lift(&termb);
		open_port();
	}
}

static void test_read_to_memory(void **state)
{
	unsigned char text[257], portrait[1025];
	unsigned int n = 1, m = 1;
	char name[16];

	open_port();
	termb_place(&termb, "resident");
	memset(text, GUARD, sizeof(text));
	memset(portrait, GUARD, sizeof(portrait));
	assert_int_equal(termb.CVR_ReadBaseMsg(text, &n, portrait, &m, 1), 1);
	assert_int_equal(n, 256);
	assert_int_equal(m, 1024);
	assert_memory_equal(text, "\x4b\x6d\xd5\x8b\x32\x75", 6);
	assert_memory_equal(text + 122, "1\0001\0000\000", 6);
	assert_memory_equal(portrait, "WLf", 3);
	assert_int_equal(text[256], GUARD);
	assert_int_equal(portrait[1024], GUARD);
	memset(text, GUARD, sizeof(text));
	assert_int_equal(termb.CVR_ReadBaseMsg(text, &n, portrait, &m, 2), 1);
	assert_memory_equal(text, "\xb2\xe2\xca\xd4\xbc\xd7\r\n\xc4\xd0\r\n\xba\xba\r\n", 16);
	assert_int_equal(text[n], 0);
	assert_int_equal(text[n + 1], GUARD);
	assert_memory_equal(text + n - 6, "\xb3\xa4\xc6\xda\r\n", 6);
	/* For the functions that give a field. */
	memset(text, GUARD, sizeof(text));
	assert_int_equal(termb.CVR_ReadBaseMsg(text, &n, portrait, &m, 5), 1);
	assert_int_equal(n, 0);
	assert_int_equal(m, 0);
	assert_int_equal(text[0], GUARD);
	assert_int_equal(termb.GetPeopleName(name, NULL), 1);
	assert_string_equal(name, "\xb2\xe2\xca\xd4\xbc\xd7");
	assert_int_equal(access("wz.txt", F_OK), -1);
	n = 77;
	for (int mode = -1; mode <= 6; mode++) {
		if (mode >= 1 && mode <= 5)
			continue;
		assert_int_equal(termb.CVR_ReadBaseMsg(text, &n, portrait, &m, mode), 0);
		assert_int_equal(n, 0);
		assert_int_equal(text[0], GUARD);
	}
}

static void test_without_decoder(void **state)
{
	unsigned char data[8];
	int n = 77;

	open_port();
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(4), 1);
	assert_int_equal(access("zp.bmp", F_OK), -1);
	memset(data, GUARD, sizeof(data));
	assert_int_equal(termb.GetBMPData(data, &n), 0);
	assert_int_equal(n, 0);
	n = 77;
	assert_int_equal(termb.GetJpgData(data, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(termb.Getbase64BMPData(data, &n), 0);
	assert_int_equal(termb.Getbase64JpgData(data, &n), 0);
	assert_int_equal(data[0], GUARD);
}

/* Base64 of what the other function gives, with its end and no more. */
static void check_base64(int (*get)(unsigned char *, int *), const unsigned char *data, size_t size)
{
	size_t room = BASE64_SIZE(size);
	unsigned char *text = malloc(room + 1);
	char *expected = malloc(room);
	int n = 0;

	assert_true(text && expected);
	memset(text, GUARD, room + 1);
	assert_int_equal(get(text, &n), 1);
	assert_int_equal(n, room - 1);
	base64_encode(data, size, expected);
	assert_string_equal((char *)text, expected);
	assert_int_equal(text[room], GUARD);
	free(expected);
	free(text);
}

static void test_pictures(void **state)
{
	static unsigned char bmp[PICTURE_BMP_SIZE + 1], file[PICTURE_BMP_SIZE + 1], jpeg[65536];
	FILE *f;
	int n = 0;

	open_port();
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(1), 1);
	bmp[PICTURE_BMP_SIZE] = GUARD;
	assert_int_equal(termb.GetBMPData(bmp, &n), 1);
	assert_int_equal(n, PICTURE_BMP_SIZE);
	assert_int_equal(bmp[PICTURE_BMP_SIZE], GUARD);
	assert_memory_equal(bmp, "BM", 2);
	f = fopen("zp.bmp", "rb");
	assert_non_null(f);
	assert_int_equal(fread(file, 1, sizeof(file), f), PICTURE_BMP_SIZE);
	fclose(f);
	assert_memory_equal(file, bmp, PICTURE_BMP_SIZE);
	check_base64(termb.Getbase64BMPData, bmp, PICTURE_BMP_SIZE);
	assert_int_equal(termb.GetJpgData(jpeg, &n), 1);
	assert_memory_equal(jpeg, "\xff\xd8\xff", 3);
	assert_memory_equal(jpeg + n - 2, "\xff\xd9", 2);
	check_base64(termb.Getbase64JpgData, jpeg, (size_t)n);
	assert_int_equal(termb.CVR_CloseComm(), 1);
	assert_int_equal(termb.GetBMPData(bmp, &n), 0);
	assert_int_equal(n, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_scan),
		TEST(test_not_open),
		TEST(test_reader),
		TEST(test_kinds_of_cards),
		TEST(test_rare_character),
		TEST(test_numbers),
		TEST(test_fingerprints),
		TEST(test_find_and_select),
		TEST(test_never_the_person_before),
		TEST(test_read_to_memory),
		TEST(test_without_decoder),
		cmocka_unit_test_setup_teardown(test_pictures, set_up_with_decoder, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
