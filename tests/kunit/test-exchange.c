// SPDX-License-Identifier: GPL-2.0-only
/* driver/exchange.h in the kernel: the order of transfers, and every way to end. */
#include "exchange.h"
#include "suites.h"
#include "vectors.h"

struct line {
	struct idcard_exchange x;
	u8 reply[IDCARD_REPLY_MAX];
};

static const bool framings[] = { true, false };

static void name_of_framing(const bool *split, char *desc)
{
	strscpy(desc, *split ? "split" : "stream", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(framing, framings, name_of_framing);

#define IS_SPLIT(test) (*(const bool *)(test)->param_value)

static int exchange_init(struct kunit *test)
{
	struct line *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);

	test->priv = l;
	if (!l)
		return -ENOMEM;
	l->x.reply.buf = l->reply;
	return 0;
}

static void begin(struct kunit *test)
{
	struct line *l = test->priv;

	l->x.split = IS_SPLIT(test);
	idcard_exchange_begin(&l->x, STATUS_REQUEST->bytes, STATUS_REQUEST->size);
}

static int done(struct kunit *test, int status, const u8 *data, size_t n)
{
	struct line *l = test->priv;

	return idcard_exchange_done(&l->x, status, data, n);
}

/* Silence while draining, then success, until @phase. */
static void go_to(struct kunit *test, enum idcard_phase phase)
{
	struct line *l = test->priv;

	begin(test);
	while (l->x.phase != phase) {
		bool drains = l->x.phase <= IDCARD_PHASE_DRAIN_BODY;

		KUNIT_ASSERT_EQ(test, done(test, drains ? -ETIMEDOUT : 0, NULL, 0), 0);
	}
}

static void expect_in(struct kunit *test, enum idcard_pipe pipe, size_t size, unsigned int ms)
{
	struct line *l = test->priv;
	struct idcard_transfer t;

	idcard_exchange_next(&l->x, &t);
	KUNIT_EXPECT_TRUE(test, t.in && !t.data && !t.begins);
	KUNIT_EXPECT_EQ(test, (int)t.pipe, (int)pipe);
	KUNIT_EXPECT_EQ(test, t.size, size);
	KUNIT_EXPECT_EQ(test, t.timeout_ms, ms);
}

static void expect_out(struct kunit *test, enum idcard_pipe pipe, size_t offset, size_t size)
{
	struct line *l = test->priv;
	struct idcard_transfer t;

	idcard_exchange_next(&l->x, &t);
	KUNIT_EXPECT_FALSE(test, t.in);
	KUNIT_EXPECT_EQ(test, (int)t.pipe, (int)pipe);
	KUNIT_EXPECT_PTR_EQ(test, t.data, STATUS_REQUEST->bytes + offset);
	KUNIT_EXPECT_EQ(test, t.size, size);
	KUNIT_EXPECT_EQ(test, t.timeout_ms, 0U);
	KUNIT_EXPECT_EQ(test, t.begins, offset == 0);
}

static void expect_over(struct kunit *test, bool unclean)
{
	struct line *l = test->priv;
	struct idcard_transfer t;

	KUNIT_EXPECT_EQ(test, l->x.unclean, unclean);
	KUNIT_EXPECT_EQ(test, (int)l->x.phase, (int)IDCARD_PHASE_OVER);
	KUNIT_EXPECT_EQ(test, done(test, 0, NULL, 0), -EINVAL);
	idcard_exchange_next(&l->x, &t);
	KUNIT_EXPECT_EQ(test, t.size, (size_t)0);
}

static void order(struct kunit *test)
{
	const struct vector *v = SAM_ID_REPLY;
	bool split = IS_SPLIT(test);

	begin(test);
	expect_in(test, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_MS);
	KUNIT_EXPECT_EQ(test, done(test, -ETIMEDOUT, NULL, 0), 0);
	if (split) {
		expect_in(test, IDCARD_PIPE_BODY, 1, IDCARD_DRAIN_MS);
		KUNIT_EXPECT_EQ(test, done(test, -ETIMEDOUT, NULL, 0), 0);
	}
	expect_out(test, IDCARD_PIPE_HEAD, 0, split ? IDCARD_FRAME_HEAD : STATUS_REQUEST->size);
	KUNIT_EXPECT_EQ(test, done(test, 0, NULL, 0), 0);
	if (split) {
		expect_out(test, IDCARD_PIPE_BODY, IDCARD_FRAME_HEAD, 3);
		KUNIT_EXPECT_EQ(test, done(test, 0, NULL, 0), 0);
	}
	/* The shortest thing that can still come: a head without its first AA. */
	expect_in(test, IDCARD_PIPE_HEAD, IDCARD_FRAME_HEAD - 1, 0);
	KUNIT_EXPECT_EQ(test, done(test, 0, v->bytes, IDCARD_FRAME_HEAD), 0);
	expect_in(test, split ? IDCARD_PIPE_BODY : IDCARD_PIPE_HEAD, v->size - IDCARD_FRAME_HEAD,
		  IDCARD_GAP_MS);
	KUNIT_EXPECT_EQ(test, done(test, 0, v->bytes + IDCARD_FRAME_HEAD,
				   v->size - IDCARD_FRAME_HEAD), 1);
	expect_over(test, false);
}

/* Cut at every byte, with a packet of nothing in between. */
static void every_cut(struct kunit *test)
{
	struct line *l = test->priv;
	unsigned int i;
	size_t cut;

	for (i = 0; i < ARRAY_SIZE(idcard_replies); i++) {
		const struct vector *v = &idcard_replies[i];

		for (cut = 0; cut < v->size; cut++) {
			go_to(test, IDCARD_PHASE_RECEIVE);
			KUNIT_EXPECT_EQ(test, done(test, 0, v->bytes, cut), 0);
			KUNIT_EXPECT_EQ(test, done(test, 0, v->bytes, 0), 0);
			KUNIT_EXPECT_EQ(test, done(test, 0, v->bytes + cut, v->size - cut), 1);
			KUNIT_EXPECT_EQ(test, l->x.reply.have, v->size);
			KUNIT_EXPECT_EQ(test, memcmp(l->reply, v->bytes, v->size), 0);
		}
	}
}

/* A late reply is drained, on both pipes, and is no part of the next. */
static void late_reply_drained(struct kunit *test)
{
	struct line *l = test->priv;
	const struct vector *late = SAM_ID_REPLY;

	go_to(test, IDCARD_PHASE_RECEIVE);
	KUNIT_EXPECT_EQ(test, done(test, -ETIMEDOUT, NULL, 0), -ETIMEDOUT);
	expect_over(test, true);
	begin(test);
	expect_in(test, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_LATE_MS);
	KUNIT_EXPECT_EQ(test, done(test, 0, late->bytes, late->size), 0);
	KUNIT_EXPECT_EQ(test, done(test, -ETIMEDOUT, NULL, 0), 0);
	if (IS_SPLIT(test)) {
		expect_in(test, IDCARD_PIPE_BODY, 1, IDCARD_DRAIN_UNCLEAN_MS);
		KUNIT_EXPECT_EQ(test, done(test, 0, late->bytes, late->size), 0);
		KUNIT_EXPECT_EQ(test, done(test, -ETIMEDOUT, NULL, 0), 0);
	}
	KUNIT_EXPECT_EQ(test, (int)l->x.phase, (int)IDCARD_PHASE_SEND_HEAD);
	KUNIT_EXPECT_EQ(test, l->x.reply.have, (size_t)0);
}

static void never_silent(struct kunit *test)
{
	const struct vector *v = STATUS_REPLY;
	unsigned int i;

	begin(test);
	for (i = 0; i < IDCARD_DRAIN_TRANSFERS; i++)
		KUNIT_EXPECT_EQ(test, done(test, 0, v->bytes, v->size), 0);
	KUNIT_EXPECT_EQ(test, done(test, 0, v->bytes, v->size), -EIO);
	expect_over(test, true);
}

/* Whatever fails in whatever phase ends it; a limit of time does not, while draining. */
static void errors_in_each_phase(struct kunit *test)
{
	static const int errors[] = { -EPIPE, -EIO, -EPROTO, -ENODEV, -ECANCELED, -ETIMEDOUT };
	unsigned int i;
	int phase;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		for (phase = 0; phase < IDCARD_PHASE_OVER; phase++) {
			bool body = phase == IDCARD_PHASE_DRAIN_BODY ||
				    phase == IDCARD_PHASE_SEND_BODY;

			if ((body && !IS_SPLIT(test)) ||
			    (phase <= IDCARD_PHASE_DRAIN_BODY && errors[i] == -ETIMEDOUT))
				continue;
			go_to(test, phase);
			KUNIT_EXPECT_EQ(test, done(test, errors[i], NULL, 0), errors[i]);
			expect_over(test, true);
		}
	}
}

/* How long the next one listens for what the one before may have left. */
static void abort_in_each_phase(struct kunit *test)
{
	struct line *l = test->priv;
	int phase;

	for (phase = 0; phase < IDCARD_PHASE_OVER; phase++) {
		if (!IS_SPLIT(test) && (phase == IDCARD_PHASE_DRAIN_BODY ||
					phase == IDCARD_PHASE_SEND_BODY))
			continue;
		go_to(test, phase);
		idcard_exchange_abort(&l->x);
		expect_over(test, true);
		begin(test);
		expect_in(test, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_LATE_MS);
	}
	go_to(test, IDCARD_PHASE_RECEIVE);
	KUNIT_EXPECT_EQ(test, done(test, -EPIPE, NULL, 0), -EPIPE);
	begin(test);
	expect_in(test, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_UNCLEAN_MS);
	idcard_exchange_init(&l->x);
	begin(test);
	expect_in(test, IDCARD_PIPE_HEAD, 1, IDCARD_DRAIN_UNCLEAN_MS);
}

static void damaged(struct kunit *test)
{
	const struct vector *v = STATUS_REPLY;
	u8 bad[sizeof(v->bytes)];

	memcpy(bad, v->bytes, v->size);
	bad[9] ^= 1;
	go_to(test, IDCARD_PHASE_RECEIVE);
	KUNIT_EXPECT_EQ(test, done(test, 0, bad, v->size), -EBADMSG);
	expect_over(test, true);

	/* Whose reply is it, if another one follows? */
	memcpy(bad, v->bytes, v->size);
	bad[v->size] = 0xaa;
	go_to(test, IDCARD_PHASE_RECEIVE);
	KUNIT_EXPECT_EQ(test, done(test, 0, bad, v->size + 1), -EBADMSG);

	bad[5] = 0xff;
	go_to(test, IDCARD_PHASE_RECEIVE);
	KUNIT_EXPECT_EQ(test, done(test, 0, bad, IDCARD_FRAME_HEAD), -EBADMSG);
	expect_over(test, true);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(order, framing_gen_params),
	KUNIT_CASE_PARAM(every_cut, framing_gen_params),
	KUNIT_CASE_PARAM(late_reply_drained, framing_gen_params),
	KUNIT_CASE_PARAM(never_silent, framing_gen_params),
	KUNIT_CASE_PARAM(errors_in_each_phase, framing_gen_params),
	KUNIT_CASE_PARAM(abort_in_each_phase, framing_gen_params),
	KUNIT_CASE_PARAM(damaged, framing_gen_params),
	{ }
};

struct kunit_suite idcard_exchange_suite = {
	.name = "idcard-exchange",
	.init = exchange_init,
	.test_cases = cases,
};
