// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a USB reader says: its endpoints, and one exchange after the other over them. Input: a byte
 * with the number of endpoints, four bytes for each, then the transfers: a byte that says how each
 * ends, two of length, and what it brings.
 */
#include "framing.h"
#include "fuzz.h"

enum { EXCHANGES_MAX = 8 };

static const uint8_t request[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 3, 0x12, 0xff, 0xee };

static unsigned int take_endpoints(struct fuzz_input *in, struct idcard_endpoint *e)
{
	unsigned int n = fuzz_byte(in) % (IDCARD_ENDPOINTS_MAX + 1);

	for (unsigned int i = 0; i < n; i++) {
		e[i].address = (uint8_t)fuzz_byte(in);
		e[i].attributes = (uint8_t)fuzz_byte(in);
		e[i].interval = (uint8_t)fuzz_byte(in);
		e[i].packet = fuzz_byte(in);
	}
	return n;
}

static void check_line(const struct idcard_line *line, int framing)
{
	for (int i = 0; i < (line->split ? IDCARD_PIPES : 1); i++) {
		FUZZ_CHECK(idcard_endpoint_in(&line->in[i]) && line->in[i].packet);
		FUZZ_CHECK(!idcard_endpoint_in(&line->out[i]) && line->out[i].packet);
		FUZZ_CHECK(line->in[i].attributes & 2 && line->out[i].attributes & 2);
	}
	FUZZ_CHECK(line->split == (framing == IDCARD_FRAMING_SPLIT));
}

/* What is chosen can carry a reply; what is detected is the first that can. */
static bool check_framings(const struct idcard_endpoint *e, unsigned int n)
{
	struct idcard_line line = {}, first = {};
	int detected = idcard_framing_detect(e, n, &first);

	for (int framing = 0; framing < IDCARD_FRAMINGS; framing++) {
		int r = idcard_framing_select((unsigned int)framing, e, n, &line);

		FUZZ_CHECK(r == 0 || r == -EOPNOTSUPP);
		FUZZ_CHECK(r < 0 || (detected >= 0 && detected <= framing));
		FUZZ_CHECK(framing != detected || r == 0);
		if (r == 0)
			check_line(&line, framing);
	}
	FUZZ_CHECK(idcard_framing_select(IDCARD_FRAMINGS, e, n, &line) == -EINVAL);
	return detected == IDCARD_FRAMING_SPLIT;
}

static int take_status(unsigned int choice)
{
	static const int errors[] = { -ETIMEDOUT, -EPIPE, -ENODEV, -EIO };

	return choice % 8 < 4 ? 0 : errors[choice % 4];
}

/* A reply that is given out came whole after the request was sent, and nothing else came. */
static void check_reply(const struct idcard_exchange *x, const uint8_t *received, size_t n)
{
	size_t have = x->reply.have;

	FUZZ_CHECK(idcard_reply_check(x->reply.buf, have) == 0);
	FUZZ_CHECK(n >= have - 1);
	FUZZ_CHECK(memcmp(x->reply.buf + 1, received + n - (have - 1), have - 1) == 0);
}

static void one_exchange(struct idcard_exchange *x, struct fuzz_input *in)
{
	uint8_t *received = malloc(in->size + 1);
	size_t n = 0, transfers = 0;
	struct idcard_transfer t;
	bool sent = false;
	int r = 0;

	idcard_exchange_begin(x, request, sizeof(request));
	while (r == 0 && in->size) {
		int status = take_status(fuzz_byte(in));
		struct fuzz_input got = {};
		uint8_t *data;

		idcard_exchange_next(x, &t);
		FUZZ_CHECK(t.size >= 1 && t.size <= 0x10000);
		FUZZ_CHECK(t.in == !t.data);
		FUZZ_CHECK(x->split || t.pipe == IDCARD_PIPE_HEAD);
		if (t.begins || (t.data && !t.in))
			sent = true;
		if (t.in && status == 0)
			got = fuzz_take(in, fuzz_pick(in, 512));
		if (t.in && sent && got.size) {
			memcpy(received + n, got.data, got.size);
			n += got.size;
		}
		data = fuzz_copy(got.data, got.size);
		r = idcard_exchange_done(x, status, data, got.size);
		free(data);
		/* A reader that never falls silent ends it. */
		FUZZ_CHECK(sent || ++transfers <= IDCARD_DRAIN_TRANSFERS + 3);
		FUZZ_CHECK(r <= 0 || t.in);
	}
	if (r == 1)
		check_reply(x, received, n);
	if (r == 0)
		idcard_exchange_abort(x);
	FUZZ_CHECK(x->unclean == (r != 1));
	FUZZ_CHECK(idcard_exchange_done(x, 0, received, 0) == -EINVAL);
	idcard_exchange_next(x, &t);
	FUZZ_CHECK(t.size == 0);
	free(received);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct idcard_endpoint endpoints[IDCARD_ENDPOINTS_MAX];
	struct fuzz_input in = { data, size };
	struct idcard_exchange x = {};
	unsigned int n = take_endpoints(&in, endpoints);

	for (unsigned int i = 0; i < n; i++)
		(void)idcard_endpoint_interrupt(&endpoints[i]);
	FUZZ_CHECK(idcard_interface_fits(0xff, (uint8_t)n) && !idcard_interface_fits(8, 0));
	x.reply.buf = malloc(IDCARD_REPLY_MAX);
	x.split = check_framings(endpoints, n);
	idcard_exchange_init(&x);
	for (int i = 0; i < EXCHANGES_MAX && in.size; i++)
		one_exchange(&x, &in);
	free(x.reply.buf);
	return 0;
}
