// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/transport/stx.c: the multi-in-one readers. */
#include "test.h"

#include <string.h>

#include "transport/stx.h"

enum { CARD = 1286 };	/* 90 00, sizes, text, portrait */

static u8 message_buf[STX_DATA_MAX + 5], kept[IDCARD_REPLY_MAX], reply[IDCARD_REPLY_MAX];
static u8 out[STX_REQUEST_MAX];
static size_t size;

static struct stx_assembler fresh(void)
{
	memset(message_buf, 0, sizeof(message_buf));
	return (struct stx_assembler){ message_buf };
}

static size_t wrap(const u8 *data, size_t n, u8 *ret)
{
	ret[0] = 0x02;
	ret[1] = (u8)(n >> 8);
	ret[2] = (u8)n;
	memcpy(ret + 3, data, n);
	ret[3 + n] = idcard_frame_xor(data, n);
	ret[4 + n] = 0x03;
	return n + 5;
}

static void make_card(u8 data[CARD])
{
	static const u8 head[] = { 0x90, 0x00, 0x01, 0x00, 0x04, 0x00 };

	for (size_t i = 0; i < CARD; i++)
		data[i] = (u8)(i * 7 + 3);
	memcpy(data, head, sizeof(head));
}

static int ask(struct stx *s, uint64_t now, unsigned int command)
{
	const u8 body[] = { (u8)(command >> 8), (u8)command };
	u8 frame[IDCARD_REQUEST_MIN];
	int r;

	idcard_frame_build(frame, sizeof(frame), body, sizeof(body));
	memset(reply, 0, sizeof(reply));
	r = stx_request(s, now, frame, out, reply, &size);
	if (r == 1)
		assert_int_equal(idcard_reply_check(reply, size), 0);
	return r;
}

static int tell(struct stx *s, uint64_t now, const u8 *data, size_t n)
{
	int r = stx_reply(s, now, data, n, reply, &size);

	if (r == 1)
		assert_int_equal(idcard_reply_check(reply, size), 0);
	return r;
}

static void expect(u8 status, size_t n)
{
	assert_int_equal(size, n);
	assert_int_equal(reply[9], status);
}

static void find(struct stx *s, uint64_t now)
{
	u8 card[CARD];

	make_card(card);
	assert_int_equal(ask(s, now, 0x2001), 0);
	assert_int_equal(tell(s, now, card, sizeof(card)), 1);
	expect(0x9f, 15);
}

static void test_commands(void **state)
{
	static const struct {
		unsigned int command;
		u8 expected[8];
		size_t n;
	} cases[] = {
		{ 0x11ff, { 0x02, 0x00, 0x02, 0x31, 0x11, 0x20, 0x03 }, 7 },
		{ 0x10ff, { 0x02, 0x00, 0x02, 0x31, 0x12, 0x23, 0x03 }, 7 },
		{ 0x2001, { 0x02, 0x00, 0x03, 0xca, 0x01, 0x00, 0xcb, 0x03 }, 8 },
	};
	struct stx s = { .kept = kept };

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(ask(&s, 0, cases[i].command), 0);
		assert_int_equal(size, cases[i].n);
		assert_memory_equal(out, cases[i].expected, size);
	}
	/* Known to no such reader; and nothing is sent that it could take for something else. */
	for (unsigned int command = 0; command < 0x10000; command++) {
		if (command == 0x11ff || command == 0x10ff || command == 0x2001)
			continue;
		assert_int_equal(ask(&s, 0, command), 1);
		expect(command == 0x2002 ? 0x81 : command == 0x3001 ? 0x41 : 0x21, 11);
	}
}

static void test_card(void **state)
{
	struct stx s = { .kept = kept };
	u8 card[CARD];

	make_card(card);
	find(&s, 0);
	assert_int_equal(ask(&s, 1, 0x2002), 1);
	expect(0x90, 19);
	/* Fingerprints it has none; the card can be read all the same. */
	assert_int_equal(ask(&s, 2, 0x3010), 1);
	expect(0x21, 11);
	assert_int_equal(ask(&s, 2, 0x3001), 1);
	expect(0x90, 1295);
	assert_memory_equal(reply + 10, card + 2, CARD - 2);
	/* Exactly once, and nothing is left of it. */
	for (size_t i = 0; i < sizeof(kept); i++)
		assert_int_equal(kept[i], 0);
	assert_int_equal(ask(&s, 3, 0x3001), 1);
	expect(0x41, 11);
}

static void test_card_is_forgotten(void **state)
{
	static const unsigned int others[] = { 0x11ff, 0x10ff, 0x12ff, 0x2001, 0x3003, 0x6000 };
	static const u8 bad[] = { 0x12, 0x34 };
	struct stx s = { .kept = kept };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		find(&s, 0);
		ask(&s, 1, others[i]);
		assert_int_equal(s.kept_size, 0);
		assert_int_equal(ask(&s, 2, 0x3001), 1);
		expect(0x41, 11);
	}
	find(&s, 0);
	assert_int_equal(ask(&s, STX_KEEP_MS * 1000 - 1, 0x2002), 1);
	expect(0x90, 19);
	assert_int_equal(ask(&s, STX_KEEP_MS * 1000, 0x3001), 1);
	expect(0x41, 11);
	find(&s, 0);
	assert_int_equal(tell(&s, 1, bad, sizeof(bad)), -EBADMSG);
	assert_int_equal(s.kept_size, 0);
	for (size_t i = 0; i < sizeof(kept); i++)
		assert_int_equal(kept[i], 0);
}

static void test_statuses(void **state)
{
	struct stx s = { .kept = kept };
	static const unsigned int commands[] = { 0x11ff, 0x10ff, 0x2001 };

	for (size_t i = 0; i < 3; i++) {
		for (unsigned int sw = 1; sw < 256; sw++) {
			const u8 data[] = { (u8)sw, 0x00 }, odd[] = { (u8)sw, 0x01 };
			const u8 more[] = { (u8)sw, 0x00, 0x00 };

			ask(&s, 0, commands[i]);
			/* "Found" is for us to say; "found" and nothing is none. */
			if (sw == 0x9f || (sw == 0x90 && commands[i] == 0x2001)) {
				assert_int_equal(tell(&s, 0, data, sizeof(data)), -EBADMSG);
			} else {
				assert_int_equal(tell(&s, 0, data, sizeof(data)), 1);
				expect((u8)sw, 11);
			}
			assert_int_equal(tell(&s, 0, odd, sizeof(odd)), -EBADMSG);
			if (sw != 0x90)
				assert_int_equal(tell(&s, 0, more, sizeof(more)), -EBADMSG);
		}
	}
}

static void test_own_errors(void **state)
{
	static const struct {
		u8 code, status;
		int error;
	} cases[] = {
		{ 0xf1, 0x10, 0 },
		{ 0xf2, 0x11, 0 },
		{ 0xf3, 0x10, 0 },
		{ 0xf4, 0x21, 0 },
		{ 0xfd, 0x10, 0 },
		{ 0xfe, 0x24, 0 },
		{ 0xff, 0, -EBADMSG },
		{ 0x00, 0, -EBADMSG },
	};
	struct stx s = { .kept = kept };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const u8 data[] = { 0x00, cases[i].code };

		ask(&s, 0, 0x2001);
		assert_int_equal(tell(&s, 0, data, sizeof(data)),
				 cases[i].error ? cases[i].error : 1);
		if (!cases[i].error)
			expect(cases[i].status, 11);
	}
	assert_int_equal(tell(&s, 0, NULL, 0), -EBADMSG);
}

/* Of a card only the whole is believed, and only as the reply to a find. */
static void test_card_of_another_size(void **state)
{
	struct stx s = { .kept = kept };
	u8 card[CARD + 1];

	card[CARD] = 0;
	make_card(card);
	for (size_t n = 2; n <= CARD + 1; n++) {
		ask(&s, 0, 0x2001);
		assert_int_equal(tell(&s, 0, card, n), n == CARD ? 1 : -EBADMSG);
	}
	for (size_t i = 2; i < 6; i++) {
		card[i] ^= 1;
		ask(&s, 0, 0x2001);
		assert_int_equal(tell(&s, 0, card, CARD), -EBADMSG);
		card[i] ^= 1;
	}
	ask(&s, 0, 0x11ff);
	assert_int_equal(tell(&s, 0, card, CARD), -EBADMSG);
	assert_int_equal(s.kept_size, 0);
}

static void test_random_cuts(void **state)
{
	u8 card[CARD], message[CARD + 5];
	uint64_t seed = 3;
	size_t n, used;

	make_card(card);
	n = wrap(card, sizeof(card), message);
	for (unsigned int i = 0; i < 3000; i++) {
		struct stx_assembler a = fresh();
		const u8 *data;
		size_t at = 0, take;
		int r = 0;

		while (at < n) {
			assert_int_equal(r, 0);
			take = 1 + test_random(&seed) % 200;
			if (take > n - at)
				take = n - at;
			r = stx_assembler_feed(&a, message + at, take, &used);
			assert_int_equal(used, take);
			at += take;
		}
		assert_int_equal(r, 1);
		data = stx_assembler_data(&a, &size);
		assert_int_equal(size, CARD);
		assert_memory_equal(data, card, CARD);
	}
}

static void test_every_truncation(void **state)
{
	u8 card[CARD], message[CARD + 5];
	size_t n, used;

	make_card(card);
	n = wrap(card, sizeof(card), message);
	for (size_t cut = 0; cut < n; cut++) {
		struct stx_assembler a = fresh();

		assert_int_equal(stx_assembler_feed(&a, message, cut, &used), 0);
		assert_int_equal(used, cut);
	}
}

static void test_every_byte_flipped(void **state)
{
	u8 card[CARD], message[CARD + 5];
	size_t n, used;

	make_card(card);
	n = wrap(card, sizeof(card), message);
	for (size_t at = 0; at < n; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			struct stx_assembler a = fresh();

			message[at] ^= 1U << bit;
			assert_int_not_equal(stx_assembler_feed(&a, message, n, &used), 1);
			message[at] ^= 1U << bit;
		}
	}
}

static void test_two_replies(void **state)
{
	const u8 data[] = { 0x80, 0x00 };
	struct stx_assembler a = fresh();
	u8 glued[14];
	size_t used;

	wrap(data, sizeof(data), glued);
	wrap(data, sizeof(data), glued + 7);
	assert_int_equal(stx_assembler_feed(&a, glued, sizeof(glued), &used), 1);
	assert_int_equal(used, 7);
}

/* A 02 in the noise is no beginning when no length can follow it so. */
static void test_noise_before(void **state)
{
	static const u8 noises[][4] = {
		{ 0xff, 0x00, 0x55, 0x03 }, { 0x02, 0xff, 0xff, 0x00 }, { 0x00, 0x02, 0x00, 0x00 },
		{ 0x02, 0x00, 0x01, 0x02 }, { 0x02, 0x02, 0x02, 0x7f },
	};
	static const bool found[] = { true, true, true, false, false };
	const u8 data[] = { 0x80, 0x00 };
	size_t used;

	for (size_t i = 0; i < 5; i++) {
		struct stx_assembler a = fresh();
		u8 all[4 + 7];
		int r;

		memcpy(all, noises[i], 4);
		wrap(data, sizeof(data), all + 4);
		r = stx_assembler_feed(&a, all, sizeof(all), &used);
		assert_int_equal(r == 1, found[i]);
	}
}

static void test_noise(void **state)
{
	uint64_t seed = 4;
	size_t used, n;
	u8 bytes[64];

	for (unsigned int i = 0; i < 100000; i++) {
		struct stx_assembler a = fresh();
		struct stx s = { .kept = kept };
		const u8 *data;

		for (unsigned int k = 0; k < 4; k++) {
			for (size_t at = 0; at < sizeof(bytes); at++)
				bytes[at] = test_random(&seed) % 3 ? (u8)test_random(&seed) % 4 :
								     (u8)test_random(&seed);
			n = test_random(&seed) % sizeof(bytes);
			if (stx_assembler_feed(&a, bytes, n, &used))
				break;
			assert_int_equal(used, n);
		}
		assert_true(a.have <= sizeof(message_buf));
		n = test_random(&seed) % sizeof(bytes);
		data = bytes;
		ask(&s, 0, 0x2001);
		if (stx_reply(&s, 0, data, n, reply, &used) == 1)
			assert_int_equal(idcard_reply_check(reply, used), 0);
		assert_int_equal(s.kept_size, 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_card),
		cmocka_unit_test(test_card_is_forgotten),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_own_errors),
		cmocka_unit_test(test_card_of_another_size),
		cmocka_unit_test(test_random_cuts),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_every_byte_flipped),
		cmocka_unit_test(test_two_replies),
		cmocka_unit_test(test_noise_before),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
