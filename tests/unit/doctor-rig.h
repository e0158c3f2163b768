/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines for the tests of the doctor: one that is well, and what is found at one. */
#ifndef TEST_DOCTOR_RIG_H
#define TEST_DOCTOR_RIG_H

#include "doctor.h"

struct machine {
	/* Does one thing to a machine that is well. */
	void (*make)(struct doctor_facts *f);
	enum doctor_finding finding;	/* among others */
	enum doctor_result verdict;
	enum doctor_finding first;	/* to look at; of no meaning if all is well */
};

/* A laptop at which a person works, with everything switched on. */
void make_well(struct doctor_facts *f);

void set_unit(struct doctor_unit *u, const char *load, const char *active, const char *enabled);

/* How many steps there are of one kind. */
size_t count_steps(const struct doctor_steps *steps, enum doctor_which which);

void check_machines(const struct machine *machines, size_t n);

#endif
