// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The multi-in-one dialect of a serial reader. Input: a byte that decides the cuts, then what
 * happens: a request of the SAM, the time since the one before, and, where the reader is asked, two
 * bytes of length and what it says.
 */
#include "fuzz.h"
#include "stx.h"

enum { READ_SIZE = 4 + 256 + 1024 };

static const uint16_t commands[] = {
	0x2001, 0x2002, 0x3001, 0x3010, 0x11ff, 0x10ff, 0x12ff, 0x3003, 0x61ff,
};

static const uint64_t pauses[] = {
	1000, 0, 100 * 1000, STX_KEEP_MS * 1000 - 1, STX_KEEP_MS * 1000, 60 * 1000 * 1000,
};

/* What may be handed out: the last card that was found, once, and not for long. */
struct card {
	bool there;
	uint64_t until;
	uint8_t data[READ_SIZE];
};

static uint8_t status_of(const uint8_t *frame, size_t size)
{
	FUZZ_CHECK(idcard_reply_check(frame, size) == 0);
	FUZZ_CHECK(frame[7] == 0 && frame[8] == 0);
	return frame[9];
}

/* One message, at the end of what was said; in pieces it is the same as at once. */
static int take_message(struct stx_assembler *a, const uint8_t *data, size_t size, uint32_t cuts,
			size_t *taken)
{
	size_t used = 0, piece, n;
	uint8_t x = 0;
	int r = 0;

	while (r == 0 && used < size) {
		piece = size - used;
		if (cuts > 1)
			piece = 1 + fuzz_random(&cuts) % piece;
		r = stx_assembler_feed(a, data + used, piece, &n);
		FUZZ_CHECK(n >= 1 && n <= piece && (r || n == piece));
		used += n;
	}
	FUZZ_CHECK(r == 0 || r == 1 || r == -EBADMSG);
	*taken = used;
	if (r != 1)
		return r;
	FUZZ_CHECK(a->have >= 7 && a->have <= used && a->buf[0] == 0x02);
	FUZZ_CHECK(a->buf[a->have - 1] == 0x03);
	FUZZ_CHECK(a->have == 5 + (size_t)(a->buf[1] << 8 | a->buf[2]));
	for (size_t i = 3; i < a->have - 1; i++)
		x ^= a->buf[i];
	FUZZ_CHECK(x == 0);
	FUZZ_CHECK(memcmp(a->buf, data + used - a->have, a->have) == 0);
	return 1;
}

static void check_cuts(const uint8_t *data, size_t size, uint32_t cuts)
{
	struct stx_assembler whole = { .buf = malloc(STX_DATA_MAX + 5) };
	struct stx_assembler cut = { .buf = malloc(STX_DATA_MAX + 5) };
	size_t used, used_cut;
	int r = take_message(&whole, data, size, 1, &used);

	FUZZ_CHECK(take_message(&cut, data, size, cuts, &used_cut) == r);
	FUZZ_CHECK(used == used_cut && whole.have == cut.have);
	FUZZ_CHECK(memcmp(whole.buf, cut.buf, whole.have) == 0);
	free(whole.buf);
	free(cut.buf);
}

/* Answered without asking. */
static void check_answer(uint16_t command, const uint8_t *reply, size_t size, uint64_t now,
			 struct card *card)
{
	uint8_t status = status_of(reply, size);
	bool there = card->there && now < card->until;

	switch (command) {
	case 0x2002:
		FUZZ_CHECK(status == (there ? 0x90 : 0x81));
		break;
	case 0x3001:
		FUZZ_CHECK(status == (there ? 0x90 : 0x41));
		FUZZ_CHECK(size == 11 + (there ? (size_t)READ_SIZE : 0));
		FUZZ_CHECK(!there || memcmp(reply + 10, card->data, READ_SIZE) == 0);
		card->there = false;
		break;
	default:
		FUZZ_CHECK(status == 0x21);
		card->there = card->there && command == 0x3010;
		break;
	}
	if (!there)
		card->there = false;
}

/* What the reader is sent is a message, too; and is one behind what looks like a beginning. */
static void check_sent(const uint8_t *out, size_t size)
{
	static const uint8_t noise[] = { 0x02, 0xff };
	struct stx_assembler a = { .buf = malloc(STX_DATA_MAX + 5) };
	size_t used, n;

	FUZZ_CHECK(size <= STX_REQUEST_MAX);
	FUZZ_CHECK(stx_assembler_feed(&a, out, size, &used) == 1 && used == size);
	FUZZ_CHECK(stx_assembler_data(&a, &n) == a.buf + 3 && n == size - 5);
	a.have = 0;
	FUZZ_CHECK(stx_assembler_feed(&a, noise, sizeof(noise), &used) == 0);
	FUZZ_CHECK(stx_assembler_feed(&a, out, size, &used) == 1 && used == size);
	FUZZ_CHECK(memcmp(a.buf, out, size) == 0);
	free(a.buf);
}

static void check_reply(struct stx *s, uint16_t command, const uint8_t *data, size_t n,
			uint64_t now, struct card *card)
{
	uint8_t *reply = malloc(IDCARD_REPLY_MAX);
	size_t size = 0;
	int r = stx_reply(s, now, data, n, reply, &size);

	FUZZ_CHECK(r == 1 || r == -EBADMSG);
	card->there = false;
	if (r == 1 && status_of(reply, size) == 0x9f) {
		FUZZ_CHECK(command == 0x2001 && n == 2 + READ_SIZE);
		FUZZ_CHECK(data[0] == 0x90 && data[1] == 0);
		card->there = true;
		card->until = now + STX_KEEP_MS * 1000;
		memcpy(card->data, data + 2, READ_SIZE);
	}
	FUZZ_CHECK(!s->kept_size == !card->there);
	free(reply);
}

static void ask(struct stx *s, struct fuzz_input *in, uint32_t cuts, uint64_t now,
		struct card *card)
{
	uint16_t command = commands[fuzz_byte(in) % ELEMENTSOF(commands)];
	const uint8_t body[] = { (uint8_t)(command >> 8), (uint8_t)command };
	uint8_t frame[IDCARD_REQUEST_MIN], out[STX_REQUEST_MAX];
	uint8_t *reply = malloc(IDCARD_REPLY_MAX);
	struct stx_assembler a = {};
	struct fuzz_input said;
	size_t size = 0, used;

	idcard_frame_build(frame, sizeof(frame), body, sizeof(body));
	if (stx_request(s, now, frame, out, reply, &size)) {
		check_answer(command, reply, size, now, card);
	} else {
		card->there = false;
		check_sent(out, size);
		said = fuzz_take(in, fuzz_pick(in, STX_DATA_MAX));
		a.buf = malloc(STX_DATA_MAX + 5);
		check_cuts(said.data, said.size, cuts);
		if (take_message(&a, said.data, said.size, cuts, &used) == 1) {
			const uint8_t *data = stx_assembler_data(&a, &size);

			check_reply(s, command, data, size, now, card);
		} else {
			stx_forget(s);
		}
		free(a.buf);
	}
	free(reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint32_t cuts = 1 + fuzz_byte(&in) * 0x01000193u;
	struct stx s = { .kept = calloc(1, IDCARD_REPLY_MAX) };
	struct card card = {};
	uint64_t now = 1000 * 1000;

	while (in.size) {
		now += pauses[fuzz_byte(&in) % ELEMENTSOF(pauses)];
		ask(&s, &in, cuts, now, &card);
	}
	stx_forget(&s);
	for (size_t i = 0; i < IDCARD_REPLY_MAX; i++)
		FUZZ_CHECK(s.kept[i] == 0);
	free(s.kept);
	return 0;
}
