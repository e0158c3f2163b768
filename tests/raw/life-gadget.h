/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader made of the kernel's own gadget (dummy_hcd, functionfs) and a thread. While all
 * processes are frozen its bus goes on working, which that of the simulated reader does not: its
 * controller waits for a process.
 */
#ifndef IDCARD_LIFE_GADGET_H
#define IDCARD_LIFE_GADGET_H

enum gadget_answer {
	GADGET_ANSWERS,
	GADGET_SILENT,
	GADGET_HALF,	/* the first bytes of a reply */
	GADGET_DAMAGED,	/* a wrong checksum */
};

/* Plugged in; skips the test where the kernel has no such thing. */
void gadget_begin(void);
void gadget_answer(enum gadget_answer answer);
/* Requests that it got. */
unsigned int gadget_requests(void);
void gadget_end(void);

#endif
