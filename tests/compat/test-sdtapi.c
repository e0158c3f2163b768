// SPDX-License-Identifier: GPL-2.0-or-later
/* Each function of libsdtapi.so, from prototypes alone. Buffers have just their size. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../range.h"
#include "compat/sdtapi.h"
#include "tests/compat/rig.h"
#include "tests/compat/sdt.h"

/* The header that is installed says the same. */
#define X(name, arguments)                                                                         \
	_Static_assert(__builtin_types_compatible_p(__typeof__(name), int arguments), #name);
SDT_FUNCTIONS(X)
#undef X

enum { P = 1001 };

static struct sdt sdt;

static int set_up_with(const char *options)
{
	rig_start(&(struct rig_setup){ .options = options });
	sdt_load(&sdt, "libsdtapi.so");
	return 0;
}

static int set_up(void **state)
{
	return set_up_with(NULL);
}

static int tear_down(void **state)
{
	sdt_unload(&sdt);
	assert_int_equal(rig_stop(), 0);
	return 0;
}

static void open_port(void)
{
	assert_int_equal(sdt.SDT_OpenPort(P), 0x90);
}

static void place(const char *persona)
{
	rig_sim("place %s", persona);
	sdt_take(&sdt, P, 0);
}

/* On the heap, so that a byte too much is seen; and not as a length should be. */
static void *buffer(size_t size)
{
	void *p = malloc(size);

	assert_non_null(p);
	return memset(p, 0xa5, size);
}

static void test_ports(void **state)
{
	static const int none[] = { 1, 3, 16, 1002, 1016 };
	static const int wrong[] = { 0, -1, 17, 1000, 1017, 9998, 10016, INT_MAX, INT_MIN };

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		assert_int_equal(sdt.SDT_OpenPort(none[i]), 0x01);
		assert_int_equal(sdt.SDT_GetSAMStatus(none[i], 1), 0x01);
		assert_int_equal(sdt.SDT_ClosePort(none[i]), 0x90);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(sdt.SDT_OpenPort(wrong[i]), 0x01);
		assert_int_equal(sdt.SDT_GetSAMStatus(wrong[i], 1), 0x01);
		assert_int_equal(sdt.SDT_StartFindIDCard(wrong[i], NULL, 1), 0x01);
		assert_int_equal(sdt.SDT_ClosePort(wrong[i]), 0x01);
	}
	open_port();
	assert_int_equal(sdt.SDT_OpenPort(P), 0x90);
	assert_int_equal(sdt.SDT_OpenPort(9999), 0x90);
	assert_int_equal(sdt.SDT_ClosePort(P), 0x90);
	assert_int_equal(sdt.SDT_ClosePort(P), 0x90);
}

/* Not 0: as it was before the call, so it is after it. */
static void test_if_open(void **state)
{
	assert_int_equal(sdt.SDT_GetSAMStatus(P, 0), 0x01);
	assert_int_equal(sdt.SDT_ResetSAM(P, 0), 0x01);
	assert_int_equal(sdt.SDT_GetSAMStatus(P, 1), 0x90);
	assert_int_equal(sdt.SDT_GetSAMStatus(P, 0), 0x01);
	open_port();
	assert_int_equal(sdt.SDT_GetSAMStatus(P, -1), 0x90);
	assert_int_equal(sdt.SDT_GetSAMStatus(P, 0), 0x90);
	assert_int_equal(sdt.SDT_ClosePort(P), 0x90);
	assert_int_equal(sdt.SDT_GetSAMStatus(P, 0), 0x01);
}

/* A program that opens for each call alone finds, selects and reads one card, once. */
static void test_each_call_opens(void **state)
{
	byte text[256], portrait[1024];
	dword n, m;

	rig_sim("place resident");
	sdt_take(&sdt, P, 1);
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, text, &n, portrait, &m, 1), 0x90);
	assert_int_equal(sdt.SDT_ReadNewAppMsg(P, NULL, NULL, 1), 0x91);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 1), 0x80);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x01);
}

static void test_baud(void **state)
{
	dword baud = 7;

	assert_int_equal(sdt.SDT_GetCOMBaud(2, &baud), 0x90);
	assert_int_equal(baud, 115200);
	assert_int_equal(sdt.SDT_GetCOMBaud(2, NULL), 0x90);
	assert_int_equal(sdt.SDT_GetCOMBaud(1, &baud), 0x01);
	assert_int_equal(baud, 0);
	assert_int_equal(sdt.SDT_GetCOMBaud(P, &baud), 0x01);
	assert_int_equal(sdt.SDT_SetCOMBaud(2, 115200, 9600), 0x90);
	assert_int_equal(sdt.SDT_SetCOMBaud(2, 115200, 9601), 0x21);
	assert_int_equal(sdt.SDT_SetCOMBaud(2, 0, 9600), 0x21);
	assert_int_equal(sdt.SDT_SetCOMBaud(1, 115200, 9600), 0x01);
	assert_int_equal(sdt.SDT_SetCOMBaud(P, 115200, 9600), 0x01);
	assert_int_equal(sdt.SDT_SetOpenCOMBaud(57600), 0x90);
	assert_int_equal(sdt.SDT_SetOpenCOMBaud(1), 0x21);
}

/* A reader that is dumb: no speed can be the right one. */
static void test_baud_unknown(void **state)
{
	dword baud = 7;

	rig_sim("fault dead arg=60");
	assert_int_equal(sdt.SDT_GetCOMBaud(2, &baud), 0x05);
	assert_int_equal(baud, 0);
}

static void test_sam(void **state)
{
	static const byte id_bytes[16] = { 5, 0, 3, 0, 0xa5, 0x3a, 0x34, 1, 0x39, 0x30, 0, 0,
					   0x32, 0x09, 1, 0 };
	byte *id = buffer(16);
	char *text = buffer(37);

	open_port();
	assert_int_equal(sdt.SDT_GetSAMStatus(P, 0), 0x90);
	assert_int_equal(sdt.SDT_GetSAMID(P, id, 0), 0x90);
	assert_memory_equal(id, id_bytes, 16);
	assert_int_equal(sdt.SDT_GetSAMID(P, NULL, 0), 0x90);
	assert_int_equal(sdt.SDT_GetSAMIDToStr(P, text, 0), 0x90);
	assert_string_equal(text, "05.03-20200101-0000012345-0000067890");
	assert_int_equal(sdt.SDT_GetSAMIDToStr(P, NULL, 0), 0x90);
	assert_int_equal(sdt.SDT_SetMaxRFByte(P, 0x50, 0), 0x90);
	assert_int_equal(sdt.SDT_SetMaxRFByte(1002, 0x50, 1), 0x01);
	free(id);
	free(text);
}

static void test_sam_is_broken(void **state)
{
	byte id[16] = { 1 };

	rig_sim("fault dead arg=66");
	open_port();
	assert_int_equal(sdt.SDT_GetSAMStatus(P, 0), 0x66);
	assert_int_equal(sdt.SDT_GetSAMID(P, id, 0), 0x66);
	assert_int_equal(id[0], 1);
}

static void test_card(void **state)
{
	byte *text = buffer(256), *portrait = buffer(1024), *iin = buffer(4), *sn = buffer(8);
	dword *n = buffer(4), *m = buffer(4);
	char number[19];

	open_port();
	rig_sim("place resident");
	sdt_find(&sdt, P, 0);
	/* found already, and not read: it is found again */
	assert_int_equal(sdt.SDT_StartFindIDCard(P, iin, 0), 0x9f);
	assert_memory_equal(iin, "\0\0\0\0", 4);
	assert_int_equal(sdt.SDT_SelectIDCard(P, sn, 0), 0x90);
	assert_memory_equal(sn, "\0\0\0\0\0\0\0\0", 8);
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, text, n, portrait, m, 0), 0x90);
	assert_int_equal(*n, 256);
	assert_int_equal(*m, 1024);
	sdt_number(text, number);
	assert_string_equal(number, "110101190001010014");
	assert_memory_equal(text, "\x4b\x6d\xd5\x8b\x32\x75", 6);	/* 测试甲 */
	assert_memory_equal(portrait, "WL\x66\0\x7e\0", 6);
	free(text);
	free(portrait);
	free(iin);
	free(sn);
	free(n);
	free(m);
}

static void test_nothing_is_wanted(void **state)
{
	dword n = 7;

	open_port();
	place("resident_2_fingers");
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x90);
	assert_int_equal(sdt.SDT_ReadBaseFPMsg(P, NULL, NULL, NULL, NULL, NULL, &n, 0), 0x90);
	assert_int_equal(n, 1024);
	assert_int_equal(sdt.SDT_ReadFPMsg(P, NULL, NULL, 0), 0x90);
	assert_int_equal(sdt.SDT_ReadNewAppMsg(P, NULL, NULL, 0), 0x91);
	assert_int_equal(sdt.SDT_ReadBaseMsgToFile(P, NULL, NULL, NULL, NULL, 0), 0x90);
}

/* Find: once for each placement. What was selected is read until it is lifted, and then no more. */
static void test_lifted(void **state)
{
	byte text[256] = { 0xee };
	dword n = 7, m = 7;

	open_port();
	assert_int_equal(sdt.SDT_SelectIDCard(P, NULL, 0), 0x81);
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, text, &n, NULL, &m, 0), 0x80);
	assert_int_equal(n, 0);
	assert_int_equal(m, 0);
	place("resident");
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x90);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x80);
	rig_sim("lift");
	place("foreigner");
	rig_sim("lift");
	rig_sim("wait-polled 2");
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, text, &n, NULL, &m, 0), 0x41);
	assert_int_equal(sdt.SDT_SelectIDCard(P, NULL, 0), 0x81);
	assert_int_equal(text[0], 0xee);
	place("resident");
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x90);
}

/* A card that stays is found again after a reset, or with the option after a second. */
static void test_reset(void **state)
{
	open_port();
	place("resident");
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x90);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x80);
	assert_int_equal(sdt.SDT_ResetSAM(P, 0), 0x90);
	sdt_take(&sdt, P, 0);
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x90);
}

static int set_up_repeat(void **state)
{
	return set_up_with("[card]\nrepeat = yes\n");
}

static void test_repeat(void **state)
{
	open_port();
	for (int i = 0; i < 2; i++) {
		if (i == 0)
			place("resident");
		else
			sdt_take(&sdt, P, 0);
		assert_int_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x90);
		assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x80);
	}
}

/* The reader's word for a card that it refuses is what the program gets. */
static void test_refused_card(void **state)
{
	open_port();
	rig_sim("fault status arg=32 command=30.01 count=9");
	rig_sim("place resident");
	sdt_find(&sdt, P, 0);
	assert_int_equal(sdt.SDT_SelectIDCard(P, NULL, 0), 0x32);
}

static void test_fingerprints(void **state)
{
	static const struct {
		const char *persona;
		dword size;
	} cards[] = { { "resident", 0 }, { "resident_1_finger", 512 }, { "resident_2_fingers", 1024 } };
	byte *text = buffer(256), *portrait = buffer(1024);

	open_port();
	for (size_t i = 0; i < 3; i++) {
		byte *prints = buffer(cards[i].size + !cards[i].size), *again = buffer(1024);
		dword n = 7, m = 7, k = 7;

		place(cards[i].persona);
		assert_int_equal(sdt.SDT_ReadBaseFPMsg(P, text, &n, portrait, &m, prints, &k, 0),
				 0x90);
		assert_int_equal(n, 256);
		assert_int_equal(m, 1024);
		assert_int_equal(k, cards[i].size);
		n = m = k = 7;
		assert_int_equal(sdt.SDT_ReadBaseMsgFingerPrint(P, text, &n, portrait, &m, again,
								&k, 0), 0x90);
		assert_int_equal(k, cards[i].size);
		assert_memory_equal(again, prints, k);
		k = 7;
		assert_int_equal(sdt.SDT_ReadFPMsg(P, again, &k, 0), 0x90);
		assert_int_equal(k, cards[i].size);
		assert_memory_equal(again, prints, k);
		rig_sim("lift");
		rig_sim("wait-polled 2");
		k = 7;
		assert_int_equal(sdt.SDT_ReadFPMsg(P, again, &k, 0), 0x41);
		assert_int_equal(k, 0);
		free(prints);
		free(again);
	}
	free(text);
	free(portrait);
}

static void test_addresses(void **state)
{
	byte *one = buffer(70), *two = buffer(140);
	dword n = 7;

	open_port();
	assert_int_equal(sdt.SDT_ReadNewAppMsg(P, one, &n, 0), 0x80);
	assert_int_equal(n, 0);
	place("resident_moved");
	assert_int_equal(sdt.SDT_ReadNewAppMsg(P, one, &n, 0), 0x90);
	assert_int_equal(n, 70);
	assert_memory_equal(one, "\x3a\x79\x8b\x4f\x02\x5e", 6);	/* 示例市 */
	rig_sim("lift");
	/* the same person: only what lies between tells two placements */
	rig_sim("wait-polled 2");
	place("resident_2_addresses");
	assert_int_equal(sdt.SDT_ReadAllAppMsg(P, two, &n, 0), 0x90);
	assert_int_equal(n, 140);
	rig_sim("lift");
	rig_sim("wait-polled 2");
	n = 7;
	assert_int_equal(sdt.SDT_ReadNewAppMsg(P, two, &n, 0), 0x41);
	assert_int_equal(n, 0);
	free(one);
	free(two);
}

static int set_up_newaddr_max(void **state)
{
	return set_up_with("[sdt]\nnewaddr_max = 139\n");
}

static void test_small_buffer(void **state)
{
	byte *one = buffer(70);
	dword n = 7;

	open_port();
	place("resident_2_addresses");
	assert_int_equal(sdt.SDT_ReadNewAppMsg(P, one, &n, 0), 0x90);
	assert_int_equal(n, 70);
	free(one);
}

static void assert_file(const char *name, const byte *data, size_t size)
{
	byte *read = buffer(size + 1);
	FILE *f = fopen(name, "rb");
	struct stat st;

	assert_non_null(f);
	assert_int_equal(fread(read, 1, size + 1, f), size);
	if (data)
		assert_memory_equal(read, data, size);
	fclose(f);
	assert_int_equal(lstat(name, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0600);
	free(read);
}

/* Prototypes of that age have no const. */
static char *name(const char *text)
{
	static char names[4][128];
	static unsigned int n;

	return strcpy(names[n++ % 4], text);
}

static void test_files(void **state)
{
	byte text[256], portrait[1024], prints[1024];
	dword n, m, k;

	open_port();
	place("resident_2_fingers");
	assert_int_equal(sdt.SDT_ReadBaseFPMsg(P, text, &n, portrait, &m, prints, &k, 0), 0x90);
	assert_int_equal(symlink("elsewhere", "ch"), 0);
	umask(0777);
	n = m = k = 7;
	assert_int_equal(sdt.SDT_ReadBaseMsgToFile(P, name("ch"), &n, name("ph"), &m, 0), 0x90);
	assert_int_equal(n, 256);
	assert_int_equal(m, 1024);
	assert_file("ch", text, 256);
	assert_file("ph", portrait, 1024);
	assert_int_equal(access("elsewhere", F_OK), -1);
	assert_int_equal(sdt.SDT_ReadBaseFPMsgToFile(P, name("ch"), &n, name(rig_path("ph2")), &m,
						     name("fp"), &k, 0), 0x90);
	assert_int_equal(k, 1024);
	assert_file(rig_path("ph2"), portrait, 1024);
	assert_file("fp", prints, 1024);
	umask(022);
	/* The second cannot be made. */
	assert_int_equal(sdt.SDT_ReadBaseMsgToFile(P, name("ch"), &n, name("nowhere/ph"), &m, 0), 0);
	assert_int_equal(n, 256);
	assert_int_equal(m, 0);
	/* Then that of a card before does not stay beside the first. */
	assert_int_equal(access("ph", F_OK), 0);
	assert_int_equal(mkdir("busy", 0700), 0);
	assert_int_equal(sdt.SDT_ReadBaseFPMsgToFile(P, name("busy"), &n, name("ph"), &m,
						     name("fp"), &k, 0), 0);
	assert_int_equal(access("ph", F_OK), -1);
	assert_int_equal(access("fp", F_OK), -1);
	assert_int_equal(sdt.SDT_ReadBaseFPMsgToFile(P, name(""), &n, NULL, &m, NULL, &k, 0), 0);
	assert_int_equal(sdt.SDT_ReadBaseMsgToFile(P, NULL, &n, name("ph"), NULL, 0), 0x90);
	rig_sim("lift");
	rig_sim("wait-polled 2");
	assert_int_equal(sdt.SDT_ReadBaseMsgToFile(P, name("late"), &n, name("late"), &m, 0), 0x41);
	assert_int_equal(n, 0);
	assert_int_equal(access("late", F_OK), -1);
}

static void test_not_asked(void **state)
{
	byte data[320] = { 0xee };
	dword n = 7;

	open_port();
	assert_int_equal(sdt.SDT_ReadIINSNDN(P, data, 0), 0x21);
	assert_int_equal(sdt.SDT_ReadIINSNDNToASCII(P, data, 0), 0x21);
	assert_int_equal(sdt.SDT_ReadMngInfo(P, data, 0), 0x21);
	assert_int_equal(sdt.SDT_ReadMngInfo(1002, NULL, 1), 0x01);
	assert_int_equal(sdt.SDT_WriteAppMsg(P, data, 320, data, &n, 0), 0x21);
	assert_int_equal(n, 0);
	assert_int_equal(sdt.SDT_WriteAppMsg(-1, NULL, UINT_MAX, NULL, NULL, 0), 0x21);
	assert_int_equal(sdt.SDT_WriteAppMsgOK(P, data, 320, 0), 0x21);
	assert_int_equal(sdt.SDT_CancelWriteAppMsg(P, 0), 0x21);
	assert_int_equal(sdt.SDT_UsableAppMsg(P, data, 0), 0x21);
	assert_int_equal(sdt.SDT_GetUnlockMsg(P, data, 0), 0x21);
	assert_int_equal(data[0], 0xee);
}

static void test_sentences(void **state)
{
	static const int known[] = { 0x90, 0x9f, 0x80, 0x01, 0x66 };
	char *text = buffer(64);

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		assert_int_equal(sdt.SDT_GetErrorString(known[i], text), 0x90);
		assert_within(strlen(text), 4, 63);
	}
	for (int code = -1; code < 0x100; code++)
		sdt.SDT_GetErrorString(code, text);
	assert_int_equal(sdt.SDT_GetErrorString(0x77, text), 0x21);
	assert_string_equal(text, "unknown error");
	assert_int_equal(sdt.SDT_GetErrorString(0x90, NULL), 0x90);
	free(text);
}

static void test_card_on(void **state)
{
	assert_int_equal(sdt.CardOn(), 0);
	open_port();
	assert_int_equal(sdt.CardOn(), 0);
	rig_sim("place resident");
	rig_sim("wait-read");
	sdt_find(&sdt, P, 0);
	/* It takes nothing away from who found it. */
	assert_int_equal(sdt.CardOn(), 1);
	assert_int_equal(sdt.SDT_SelectIDCard(P, NULL, 0), 0x90);
	assert_int_equal(sdt.CardOn(), 1);
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x90);
	assert_int_equal(sdt.CardOn(), 1);
	rig_sim("lift");
	rig_sim("wait-polled 2");
	assert_int_equal(sdt.CardOn(), 0);
}

static int set_up_serial(void **state)
{
	rig_start(&(struct rig_setup){ .transport = "serial" });
	sdt_load(&sdt, "libsdtapi.so");
	return 0;
}

/* On a line, and nowhere else. */
static void test_serial(void **state)
{
	byte text[256];
	dword n, m;

	assert_int_equal(sdt.SDT_OpenPort(1001), 0x01);
	assert_int_equal(sdt.SDT_OpenPort(9999), 0x01);
	assert_int_equal(sdt.SDT_OpenPort(1), 0x01);
	assert_int_equal(sdt.SDT_OpenPort(2), 0x90);
	rig_sim("place hmt_permit");
	sdt_take(&sdt, 2, 0);
	assert_int_equal(sdt.SDT_ReadBaseMsg(2, text, &n, NULL, &m, 0), 0x90);
	assert_int_equal(text[248], 'J');
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_ports),
		T(test_if_open),
		T(test_each_call_opens),
		T(test_baud),
		T(test_baud_unknown),
		T(test_sam),
		T(test_sam_is_broken),
		T(test_card),
		T(test_nothing_is_wanted),
		T(test_lifted),
		T(test_reset),
		cmocka_unit_test_setup_teardown(test_repeat, set_up_repeat, tear_down),
		T(test_refused_card),
		T(test_fingerprints),
		T(test_addresses),
		cmocka_unit_test_setup_teardown(test_small_buffer, set_up_newaddr_max, tear_down),
		T(test_files),
		T(test_not_asked),
		T(test_sentences),
		T(test_card_on),
		cmocka_unit_test_setup_teardown(test_serial, set_up_serial, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
