// SPDX-License-Identifier: GPL-2.0-or-later
/* driver/frame.h: checking, building, and putting replies together from pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "../range.h"
#include "frame.h"
#include "util.h"

/* docs/protocol.md, "The frame" and "The SAM id". */
static const u8 request[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x03, 0x11, 0xff, 0xed };
static const u8 ok[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94 };
static const u8 sam_id[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x00, 0x14, 0x00, 0x00,
			     0x90, 0x05, 0x00, 0x01, 0x00, 0x09, 0xb8, 0x32, 0x01,
			     0x05, 0xbe, 0x12, 0x00, 0xad, 0xc5, 0xb1, 0x11, 0x63 };

/* A reply of @size bytes whose data look like preambles. */
static void make_reply(u8 *out, size_t size)
{
	u8 body[IDCARD_REPLY_MAX];
	size_t i, n = size - IDCARD_FRAME_HEAD - 1;

	for (i = 0; i < n; i++)
		body[i] = idcard_preamble[i % IDCARD_FRAME_PREAMBLE];
	assert_int_equal(idcard_frame_build(out, size, body, n), size);
}

static void test_check(void **state)
{
	u8 bad[sizeof(request)];
	size_t i;

	assert_int_equal(idcard_request_check(request, sizeof(request)), 0);
	assert_int_equal(idcard_reply_check(ok, sizeof(ok)), 0);
	assert_int_equal(idcard_reply_check(sam_id, sizeof(sam_id)), 0);
	/* A request is too short to be a reply. */
	assert_int_equal(idcard_reply_check(request, sizeof(request)), -EMSGSIZE);
	for (i = 0; i < sizeof(request); i++)
		assert_int_equal(idcard_request_check(request, i), -EMSGSIZE);
	/* Any one wrong bit is noticed. */
	for (i = 0; i < sizeof(request) * 8; i++) {
		memcpy(bad, request, sizeof(request));
		bad[i / 8] ^= 1 << i % 8;
		assert_true(idcard_request_check(bad, sizeof(bad)) < 0);
	}
	assert_int_equal(idcard_request_check(request, IDCARD_REQUEST_MAX + 1), -EMSGSIZE);
}

static void test_build(void **state)
{
	static const u8 body[] = { 0x11, 0xff };
	u8 out[sizeof(request)], big[0x10000];
	_cleanup_free_ u8 *huge = calloc(1, 0x20000);

	assert_int_equal(idcard_frame_build(out, sizeof(out), body, 2), sizeof(request));
	assert_memory_equal(out, request, sizeof(request));
	assert_int_equal(idcard_frame_build(out, sizeof(out) - 1, body, 2), 0);
	/* The length field counts to 0xffff, checksum included. */
	memset(big, 0, sizeof(big));
	assert_int_equal(idcard_frame_build(huge, 0x20000, big, 0xffff), 0);
	assert_int_equal(idcard_frame_build(huge, 0x20000, big, 0xfffe), 0x10006);
	/* The body may already lie in its place. */
	memcpy(out + IDCARD_FRAME_HEAD, body, 2);
	assert_int_equal(idcard_frame_build(out, sizeof(out), out + IDCARD_FRAME_HEAD, 2),
			 sizeof(request));
	assert_memory_equal(out, request, sizeof(request));
}

/* Feed pieces, each from a heap block of its exact size so that ASan sees over-reads. */
static int feed(struct idcard_assembler *a, const u8 *p, size_t n, size_t *used)
{
	_cleanup_free_ u8 *copy = malloc(n ?: 1);

	assert_non_null(copy);
	memcpy(copy, p, n);
	return idcard_assembler_feed(a, copy, n, used);
}

static void expect_reply(struct idcard_assembler *a, const u8 *p, size_t n)
{
	assert_int_equal(a->have, n);
	assert_memory_equal(a->buf, p, n);
}

static void test_every_cut(void **state)
{
	static const size_t sizes[] = { 11, 15, 19, 27, 64, 128, 1295, 2321, IDCARD_REPLY_MAX };
	u8 whole[IDCARD_REPLY_MAX], buf[IDCARD_REPLY_MAX];
	struct idcard_assembler a = { .buf = buf };
	size_t i, cut, used;

	for (i = 0; i < ELEMENTSOF(sizes); i++) {
		make_reply(whole, sizes[i]);
		for (cut = 0; cut < sizes[i]; cut++) {
			idcard_assembler_reset(&a);
			assert_int_equal(feed(&a, whole, cut, &used), 0);
			assert_int_equal(used, cut);
			assert_within(idcard_assembler_missing(&a), 1, sizes[i] - cut);
			assert_int_equal(feed(&a, whole + cut, sizes[i] - cut, &used), 1);
			assert_int_equal(used, sizes[i] - cut);
			expect_reply(&a, whole, sizes[i]);
		}
	}
}

static void test_byte_by_byte(void **state)
{
	u8 buf[IDCARD_REPLY_MAX];
	struct idcard_assembler a = { .buf = buf };
	size_t i, used;

	for (i = 0; i < sizeof(sam_id); i++) {
		assert_true(idcard_assembler_missing(&a) <= sizeof(sam_id) - i);
		assert_int_equal(feed(&a, sam_id + i, 1, &used), i == sizeof(sam_id) - 1);
		assert_int_equal(used, 1);
	}
	expect_reply(&a, sam_id, sizeof(sam_id));
}

/* One lost AA, extra AAs, and noise that begins like a preamble, cut everywhere. */
static void test_resynchronisation(void **state)
{
	static const u8 noises[][8] = {
		{ 0 },
		{ 1, 0xaa },
		{ 4, 0xaa, 0xaa, 0xaa, 0xaa },
		{ 3, 0x00, 0x96, 0x69 },
		{ 3, 0xaa, 0xaa, 0x96 },
		{ 2, 0xaa, 0x96 },
		{ 5, 0xaa, 0xaa, 0x96, 0xaa, 0x69 },
		{ 6, 0xff, 0xaa, 0x00, 0xaa, 0xaa, 0x01 },
		{ 4, 0xaa, 0xaa, 0x96, 0x96 },
	};
	u8 buf[IDCARD_REPLY_MAX], stream[64];
	struct idcard_assembler a = { .buf = buf };
	size_t i, lost, cut, n, used;

	for (i = 0; i < ELEMENTSOF(noises); i++) {
		for (lost = 0; lost < 2; lost++) {
			memcpy(stream, noises[i] + 1, noises[i][0]);
			n = noises[i][0];
			memcpy(stream + n, sam_id + lost, sizeof(sam_id) - lost);
			n += sizeof(sam_id) - lost;
			for (cut = 0; cut < n; cut++) {
				idcard_assembler_reset(&a);
				assert_int_equal(feed(&a, stream, cut, &used), 0);
				assert_true(idcard_assembler_missing(&a) <= n - cut);
				assert_int_equal(feed(&a, stream + cut, n - cut, &used), 1);
				assert_int_equal(used, n - cut);
				expect_reply(&a, sam_id, sizeof(sam_id));
			}
		}
	}
}

/* Two lost are too many: AA 96 69 is no preamble. */
static void test_two_lost(void **state)
{
	u8 buf[IDCARD_REPLY_MAX];
	struct idcard_assembler a = { .buf = buf };
	size_t used;

	assert_int_equal(feed(&a, sam_id + 2, sizeof(sam_id) - 2, &used), 0);
	assert_int_equal(used, sizeof(sam_id) - 2);
}

static void test_bad(void **state)
{
	static const u8 lengths[][3] = { { 0x00, 0x00 }, { 0x00, 0x03 }, { 0x0f, 0xfa },
					 { 0xff, 0xff } };
	u8 buf[IDCARD_REPLY_MAX], bad[sizeof(sam_id)];
	struct idcard_assembler a = { .buf = buf };
	size_t i, used;

	for (i = 0; i < ELEMENTSOF(lengths); i++) {
		memcpy(bad, sam_id, sizeof(sam_id));
		memcpy(bad + 5, lengths[i], 2);
		idcard_assembler_reset(&a);
		assert_int_equal(feed(&a, bad, sizeof(bad), &used), -EMSGSIZE);
		assert_int_equal(used, IDCARD_FRAME_HEAD);
	}
	for (i = IDCARD_FRAME_HEAD; i < sizeof(sam_id); i++) {
		memcpy(bad, sam_id, sizeof(sam_id));
		bad[i] ^= 0x10;
		idcard_assembler_reset(&a);
		assert_int_equal(feed(&a, bad, sizeof(bad), &used), -EBADMSG);
		assert_int_equal(used, sizeof(bad));
	}
}

/* The largest frame fits, and the byte after a frame is left alone. */
static void test_ends(void **state)
{
	_cleanup_free_ u8 *buf = malloc(IDCARD_REPLY_MAX);
	u8 whole[IDCARD_REPLY_MAX + 1];
	struct idcard_assembler a = { .buf = buf };
	size_t used;

	make_reply(whole, IDCARD_REPLY_MAX);
	whole[IDCARD_REPLY_MAX] = 0xaa;
	assert_int_equal(feed(&a, whole, sizeof(whole), &used), 1);
	assert_int_equal(used, IDCARD_REPLY_MAX);
	/* Nothing of it is left after a reset. */
	idcard_assembler_reset(&a);
	assert_int_equal(feed(&a, ok, sizeof(ok), &used), 1);
	expect_reply(&a, ok, sizeof(ok));
	/* A zero-length packet changes nothing. */
	idcard_assembler_reset(&a);
	assert_int_equal(feed(&a, ok, 8, &used), 0);
	assert_int_equal(feed(&a, ok, 0, &used), 0);
	assert_int_equal(used, 0);
	assert_int_equal(feed(&a, ok + 8, 3, &used), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_build),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_byte_by_byte),
		cmocka_unit_test(test_resynchronisation),
		cmocka_unit_test(test_two_lost),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
