// SPDX-License-Identifier: GPL-2.0-only
/* driver/frame.h in the kernel: checking, building, and putting replies together from pieces. */
#include <linux/slab.h>

#include "frame.h"
#include "suites.h"
#include "vectors.h"

static void name_of(const struct vector *v, char *desc)
{
	strscpy(desc, v->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(request, idcard_requests, name_of);
KUNIT_ARRAY_PARAM(reply, idcard_replies, name_of);

static int frame_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, 3 * IDCARD_REPLY_MAX, GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

/* Good, and no bit of it may be another. */
static void check(struct kunit *test, const struct vector *v,
		  int (*checked)(const u8 *buf, size_t n))
{
	u8 bad[sizeof(v->bytes)];
	size_t i;

	KUNIT_EXPECT_EQ(test, checked(v->bytes, v->size), 0);
	for (i = 0; i < v->size * 8; i++) {
		memcpy(bad, v->bytes, v->size);
		bad[i / 8] ^= 1 << i % 8;
		KUNIT_EXPECT_LT(test, checked(bad, v->size), 0);
	}
	for (i = 0; i < v->size; i++)
		KUNIT_EXPECT_LT(test, checked(v->bytes, i), 0);
	memset(bad, 0, sizeof(bad));
	memcpy(bad, v->bytes, v->size);
	KUNIT_EXPECT_LT(test, checked(bad, v->size + 1), 0);
}

static void check_request(struct kunit *test)
{
	check(test, test->param_value, idcard_request_check);
}

static void check_reply(struct kunit *test)
{
	check(test, test->param_value, idcard_reply_check);
}

static void build_request(struct kunit *test)
{
	const struct vector *v = test->param_value;
	size_t body = v->size - IDCARD_FRAME_HEAD - 1;
	u8 out[sizeof(v->bytes)] = { 0 };

	KUNIT_EXPECT_EQ(test, v->size, idcard_frame_build(out, sizeof(out),
							   v->bytes + IDCARD_FRAME_HEAD, body));
	KUNIT_EXPECT_EQ(test, memcmp(out, v->bytes, v->size), 0);
	KUNIT_EXPECT_EQ(test, (size_t)0, idcard_frame_build(out, v->size - 1,
							    v->bytes + IDCARD_FRAME_HEAD, body));
}

/* A piece in a block of its own size, so that KASAN sees who reads past it. */
static int feed(struct kunit *test, struct idcard_assembler *a, const u8 *p, size_t n,
		size_t *used)
{
	u8 *copy = kmalloc(n ?: 1, GFP_KERNEL);
	int r;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	memcpy(copy, p, n);
	r = idcard_assembler_feed(a, copy, n, used);
	kfree(copy);
	return r;
}

static void every_cut_of(struct kunit *test, const u8 *whole, size_t size, const u8 *expected,
			 size_t expected_size)
{
	struct idcard_assembler a = { .buf = test->priv };
	size_t cut, used;

	for (cut = 0; cut < size; cut++) {
		idcard_assembler_reset(&a);
		KUNIT_EXPECT_EQ(test, feed(test, &a, whole, cut, &used), 0);
		KUNIT_EXPECT_EQ(test, used, cut);
		KUNIT_EXPECT_GE(test, idcard_assembler_missing(&a), (size_t)1);
		KUNIT_EXPECT_LE(test, idcard_assembler_missing(&a), size - cut);
		KUNIT_EXPECT_EQ(test, feed(test, &a, whole + cut, size - cut, &used), 1);
		KUNIT_EXPECT_EQ(test, used, size - cut);
		KUNIT_EXPECT_EQ(test, a.have, expected_size);
		KUNIT_EXPECT_EQ(test, memcmp(a.buf, expected, expected_size), 0);
	}
}

static void every_cut(struct kunit *test)
{
	const struct vector *v = test->param_value;

	every_cut_of(test, v->bytes, v->size, v->bytes, v->size);
}

/* Replies as large as a card's, whose data look like preambles. */
static const size_t sizes[] = { 64, 71, 128, 1295, 1297, 1809, 2321, IDCARD_REPLY_MAX };

static void name_of_size(const size_t *size, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%zu-bytes", *size);
}

KUNIT_ARRAY_PARAM(size, sizes, name_of_size);

static void make_large(struct kunit *test, u8 *out, size_t size)
{
	size_t i;

	for (i = IDCARD_FRAME_HEAD; i < size - 1; i++)
		out[i] = idcard_preamble[i % IDCARD_FRAME_PREAMBLE];
	KUNIT_ASSERT_EQ(test, size, idcard_frame_build(out, size, out + IDCARD_FRAME_HEAD,
						       size - IDCARD_FRAME_HEAD - 1));
}

static void large_in_packets(struct kunit *test)
{
	u8 *whole = (u8 *)test->priv + IDCARD_REPLY_MAX;
	size_t size = *(const size_t *)test->param_value, packet, at, n, used;
	struct idcard_assembler a = { .buf = test->priv };

	make_large(test, whole, size);
	for (packet = 1; packet <= 512; packet = packet < 8 ? packet + 1 : packet * 2) {
		idcard_assembler_reset(&a);
		for (at = 0; at < size; at += n) {
			n = min(packet, size - at);
			KUNIT_EXPECT_EQ(test, feed(test, &a, whole + at, n, &used), at + n == size);
			KUNIT_EXPECT_EQ(test, used, n);
		}
		KUNIT_EXPECT_EQ(test, memcmp(a.buf, whole, size), 0);
	}
}

struct junk {
	const char *name;
	u8 n, lost, bytes[8];
};

static const struct junk junks[] = {
	{ "none", 0, 0, { 0 } },
	{ "lost-aa", 0, 1, { 0 } },
	{ "one-aa-more", 1, 0, { 0xaa } },
	{ "four-aa-more", 4, 0, { 0xaa, 0xaa, 0xaa, 0xaa } },
	{ "end-of-a-preamble", 3, 0, { 0x00, 0x96, 0x69 } },
	{ "preamble-without-end", 3, 0, { 0xaa, 0xaa, 0x96 } },
	{ "preamble-without-end-lost-aa", 3, 1, { 0xaa, 0xaa, 0x96 } },
	{ "broken-preamble", 5, 0, { 0xaa, 0xaa, 0x96, 0xaa, 0x69 } },
	{ "noise", 6, 0, { 0xff, 0xaa, 0x00, 0xaa, 0xaa, 0x01 } },
	{ "twice-96", 4, 1, { 0xaa, 0xaa, 0x96, 0x96 } },
};

static void name_of_junk(const struct junk *j, char *desc)
{
	strscpy(desc, j->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(junk, junks, name_of_junk);

static void junk_before(struct kunit *test)
{
	const struct junk *j = test->param_value;
	u8 stream[40];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(idcard_replies); i++) {
		const struct vector *v = &idcard_replies[i];

		memcpy(stream, j->bytes, j->n);
		memcpy(stream + j->n, v->bytes + j->lost, v->size - j->lost);
		every_cut_of(test, stream, j->n + v->size - j->lost, v->bytes, v->size);
	}
}

static void wrong_checksum(struct kunit *test)
{
	const struct vector *v = test->param_value;
	struct idcard_assembler a = { .buf = test->priv };
	u8 bad[sizeof(v->bytes)];
	size_t i, used;

	for (i = IDCARD_FRAME_HEAD; i < v->size; i++) {
		memcpy(bad, v->bytes, v->size);
		bad[i] ^= 0x40;
		idcard_assembler_reset(&a);
		KUNIT_EXPECT_EQ(test, feed(test, &a, bad, v->size, &used), -EBADMSG);
		KUNIT_EXPECT_EQ(test, used, v->size);
	}
}

static void length_out_of_bounds(struct kunit *test)
{
	static const u8 lengths[][2] = { { 0, 0 }, { 0, 3 }, { 0x0f, 0xfa }, { 0xff, 0xff } };
	struct idcard_assembler a = { .buf = test->priv };
	u8 bad[sizeof(STATUS_REPLY->bytes)];
	unsigned int i;
	size_t used;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		memcpy(bad, STATUS_REPLY->bytes, sizeof(bad));
		memcpy(bad + IDCARD_FRAME_PREAMBLE, lengths[i], 2);
		idcard_assembler_reset(&a);
		KUNIT_EXPECT_EQ(test, feed(test, &a, bad, STATUS_REPLY->size, &used), -EMSGSIZE);
		KUNIT_EXPECT_EQ(test, used, (size_t)IDCARD_FRAME_HEAD);
	}
}

/* What follows a frame is not taken, and a reset forgets everything. */
static void overlong(struct kunit *test)
{
	const struct vector *v = test->param_value;
	struct idcard_assembler a = { .buf = test->priv };
	u8 more[sizeof(v->bytes) * 2];
	size_t used;

	memcpy(more, v->bytes, v->size);
	memcpy(more + v->size, v->bytes, v->size);
	KUNIT_EXPECT_EQ(test, feed(test, &a, more, 2 * v->size, &used), 1);
	KUNIT_EXPECT_EQ(test, used, v->size);
	idcard_assembler_reset(&a);
	KUNIT_EXPECT_EQ(test, feed(test, &a, more + v->size, v->size, &used), 1);
	KUNIT_EXPECT_EQ(test, a.have, v->size);
}

static void two_lost_aa(struct kunit *test)
{
	const struct vector *v = test->param_value;
	struct idcard_assembler a = { .buf = test->priv };
	size_t used;

	KUNIT_EXPECT_EQ(test, feed(test, &a, v->bytes + 2, v->size - 2, &used), 0);
	KUNIT_EXPECT_EQ(test, used, v->size - 2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(check_request, request_gen_params),
	KUNIT_CASE_PARAM(check_reply, reply_gen_params),
	KUNIT_CASE_PARAM(build_request, request_gen_params),
	KUNIT_CASE_PARAM(every_cut, reply_gen_params),
	KUNIT_CASE_PARAM(large_in_packets, size_gen_params),
	KUNIT_CASE_PARAM(junk_before, junk_gen_params),
	KUNIT_CASE_PARAM(wrong_checksum, reply_gen_params),
	KUNIT_CASE(length_out_of_bounds),
	KUNIT_CASE_PARAM(overlong, reply_gen_params),
	KUNIT_CASE_PARAM(two_lost_aa, reply_gen_params),
	{ }
};

struct kunit_suite idcard_frame_suite = {
	.name = "idcard-frame",
	.init = frame_init,
	.test_cases = cases,
};
