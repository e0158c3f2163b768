// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The frame and its reassembly. Input: one byte that decides the cuts, then what a line carries.
 */
#include "frame.h"
#include "fuzz.h"

enum { EVENTS_MAX = 4096 };

/* How one call of the assembler ended, and behind which byte of the line. */
struct event {
	int result;
	size_t position;
	size_t size;
	uint8_t checksum;
};

/* A frame is made of bytes that lie side by side on the line; only the first AA may be restored. */
static void check_frame(const struct idcard_assembler *a, const uint8_t *data, size_t position)
{
	uint8_t x = 0;

	FUZZ_CHECK(a->have >= IDCARD_REPLY_MIN && a->have <= IDCARD_REPLY_MAX);
	FUZZ_CHECK(a->have == 7 + (size_t)(a->buf[5] << 8 | a->buf[6]));
	for (size_t i = 5; i < a->have; i++)
		x ^= a->buf[i];
	FUZZ_CHECK(x == 0);
	FUZZ_CHECK(memcmp(a->buf, "\xaa\xaa\xaa\x96\x69", 5) == 0);
	FUZZ_CHECK(position >= a->have - 1);
	FUZZ_CHECK(memcmp(a->buf + 1, data + position - (a->have - 1), a->have - 1) == 0);
}

static size_t assemble(const uint8_t *data, size_t size, uint32_t cuts, struct event *events)
{
	uint8_t *buffer = malloc(IDCARD_REPLY_MAX);
	struct idcard_assembler a = { .buf = buffer };
	size_t n = 0, position = 0;

	while (position < size && n < EVENTS_MAX) {
		size_t piece = size - position, used, missing = idcard_assembler_missing(&a);
		int r;

		FUZZ_CHECK(missing >= 1 && missing <= 0x10000);
		if (cuts && piece > 1)
			piece = 1 + fuzz_random(&cuts) % (cuts & 1 ? 7 : piece);
		if (piece > size - position)
			piece = size - position;
		r = idcard_assembler_feed(&a, data + position, piece, &used);
		FUZZ_CHECK(used >= 1 && used <= piece);
		position += used;
		if (r == 0) {
			FUZZ_CHECK(used == piece);
			continue;
		}
		FUZZ_CHECK(r == 1 || r == -EMSGSIZE || r == -EBADMSG);
		if (r == 1)
			check_frame(&a, data, position);
		events[n++] = (struct event){
			r, position, r == 1 ? a.have : 0, r == 1 ? buffer[a.have - 1] : 0,
		};
		idcard_assembler_reset(&a);
	}
	free(buffer);
	return n;
}

static void check_cuts(const uint8_t *data, size_t size, uint32_t cuts)
{
	static struct event whole[EVENTS_MAX], cut[EVENTS_MAX];
	size_t n = assemble(data, size, 0, whole);

	FUZZ_CHECK(assemble(data, size, cuts, cut) == n);
	for (size_t i = 0; i < n; i++) {
		FUZZ_CHECK(whole[i].result == cut[i].result);
		FUZZ_CHECK(whole[i].position == cut[i].position);
		FUZZ_CHECK(whole[i].size == cut[i].size);
		FUZZ_CHECK(whole[i].checksum == cut[i].checksum);
	}
}

static void check_built(const uint8_t *body, size_t n, uint32_t choice)
{
	uint8_t *frame = malloc(n + 8);
	size_t at;

	FUZZ_CHECK(idcard_frame_build(frame, n + 7, body, n) == 0);
	FUZZ_CHECK(idcard_frame_build(frame, n + 8, body, n) == (n > 0xfffe ? 0 : n + 8));
	if (n <= 0xfffe) {
		FUZZ_CHECK(idcard_frame_check(frame, n + 8, 8, n + 8) == 0);
		FUZZ_CHECK(memcmp(frame + IDCARD_FRAME_HEAD, body, n) == 0);
		FUZZ_CHECK(idcard_frame_check(frame, n + 8, n + 9, n + 9) == -EMSGSIZE);
		/* One damaged byte, anywhere. */
		at = choice % (n + 8);
		frame[at] ^= (uint8_t)(1u << choice % 8);
		FUZZ_CHECK(idcard_frame_check(frame, n + 8, 8, n + 8) < 0);
	}
	free(frame);
}

/* A reply is found behind any run of AA, and without its own first one. */
static void check_found(const uint8_t *body, size_t n, uint32_t choice)
{
	size_t lead = choice % 6, lost = choice >> 8 & 1, size = lead + n + 8 - lost, used;
	struct idcard_assembler a = { .buf = malloc(IDCARD_REPLY_MAX) };
	uint8_t *frame = malloc(n + 8), *line = malloc(size);

	FUZZ_CHECK(idcard_frame_build(frame, n + 8, body, n) == n + 8);
	memset(line, 0xaa, lead);
	memcpy(line + lead, frame + lost, n + 8 - lost);
	FUZZ_CHECK(idcard_assembler_feed(&a, line, size, &used) == 1 && used == size);
	FUZZ_CHECK(a.have == n + 8 && memcmp(a.buf, frame, n + 8) == 0);
	free(a.buf);
	free(frame);
	free(line);
}

/* What passes is exactly what would be built around its body. */
static void check_accepted(const uint8_t *data, size_t size)
{
	uint8_t *again;
	int request = idcard_request_check(data, size), reply = idcard_reply_check(data, size);

	FUZZ_CHECK(request == 0 || request == -EMSGSIZE || request == -EBADMSG);
	FUZZ_CHECK(reply == 0 || reply == -EMSGSIZE || reply == -EBADMSG);
	if (request && reply)
		return;
	again = malloc(size);
	FUZZ_CHECK(idcard_frame_build(again, size, data + IDCARD_FRAME_HEAD, size - 8) == size);
	FUZZ_CHECK(memcmp(again, data, size) == 0);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint32_t choice = 1 + fuzz_byte(&in) * 0x01000193u;
	uint8_t *line = fuzz_copy(in.data, in.size);

	check_cuts(line, in.size, choice);
	check_built(line, in.size, choice);
	if (in.size >= 3 && in.size + 8 <= IDCARD_REPLY_MAX)
		check_found(line, in.size, choice);
	check_accepted(line, in.size);
	free(line);
	return 0;
}
