// SPDX-License-Identifier: GPL-2.0-or-later
/* A reader that misbehaves: a clear error or the right reply, and the next exchange works. */
#include "raw.h"

/* The status command after the reader had its fault. */
static void expect_recovery(struct raw *w)
{
	/* Not the reply to what was asked before. */
	check(raw_exchange(w, 0x11ff, 0x90) == 11);
	check(raw_exchange(w, 0x12ff, 0x90) == 27);
}

static void set_timeout(struct raw *w, uint32_t ms)
{
	check(ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, &ms) == 0);
}

/* @fault spoils the reply: it must read as @error. */
static void expect_error(struct raw *w, const char *fault, int error, unsigned int timeout_ms)
{
	uint64_t start;

	raw_open(w, 0);
	set_timeout(w, timeout_ms);
	sim(fault);
	start = now_ms();
	check(raw_write(w, 0x12ff) == IDCARD_REQUEST_MIN);
	check_errno(raw_read(w), error);
	/* The one before may have left the line to be drained. */
	check(now_ms() - start < timeout_ms + 2 * SOON_MS);
	/* Once. */
	check(raw_poll(w, POLLIN | POLLOUT, 0) == POLLOUT);
	set_timeout(w, 3000);
	expect_recovery(w);
	raw_close(w);
}

/* @fault is made good: the right reply comes all the same. */
static void expect_reply(struct raw *w, const char *fault)
{
	raw_open(w, 0);
	sim(fault);
	raw_exchange(w, 0x11ff, 0x90);
	check(raw_exchange(w, 0x12ff, 0x90) == 27);
	expect_recovery(w);
	raw_close(w);
}

static void silence(struct raw *w)
{
	expect_error(w, "fault silence count=1", ETIMEDOUT, 300);
}

static void bad_checksum(struct raw *w)
{
	expect_error(w, "fault bad-checksum count=1", EBADMSG, 3000);
}

static void shortened(struct raw *w)
{
	/* The rest never comes: silence inside of a reply ends it before the time limit. */
	expect_error(w, "fault short count=1", ETIMEDOUT, 3000);
}

static void length_out_of_bounds(struct raw *w)
{
	expect_error(w, "fault oversize count=1 arg=huge", EBADMSG, 3000);
}

static void stall(struct raw *w)
{
	expect_error(w, "fault stall count=1", EPIPE, 3000);
}

static void late(struct raw *w)
{
	expect_error(w, "fault late count=1 arg=500", ETIMEDOUT, 200);
}

static void stale(struct raw *w)
{
	expect_reply(w, "fault stale count=1");
}

static void cut(struct raw *w)
{
	expect_reply(w, "fault cut count=2");
}

static void zero_length_packets(struct raw *w)
{
	expect_reply(w, "fault cut count=2 arg=zlp");
}

static void lost_aa(struct raw *w)
{
	expect_reply(w, "fault lost-aa count=1");
}

static void noise(struct raw *w)
{
	expect_reply(w, "fault noise count=1");
}

static void large_in_pieces(struct raw *w)
{
	unsigned int i;

	raw_open(w, 0);
	for (i = 0; i < 5; i++) {
		sim("place resident_2_fingers");
		raw_exchange(w, 0x2001, 0x9f);
		raw_exchange(w, 0x2002, 0x90);
		sim("fault cut count=1");
		check(raw_exchange(w, 0x3010, 0x90) == 2321);
		sim("lift");
	}
	raw_close(w);
}

void cases_faults(struct raw *w)
{
	run_case("silence", silence, w);
	run_case("bad checksum", bad_checksum, w);
	run_case("reply cut short", shortened, w);
	run_case("length out of bounds", length_out_of_bounds, w);
	run_case("stall", stall, w);
	run_case("late", late, w);
	run_case("stale reply", stale, w);
	run_case("reply in pieces", cut, w);
	run_case("zero-length packets", zero_length_packets, w);
	run_case("lost first AA", lost_aa, w);
	run_case("noise in front", noise, w);
	run_case("2321 bytes in pieces", large_in_pieces, w);
}
