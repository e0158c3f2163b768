// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * raw-test NODE calls|faults|power|leave [FRAMING]: the kernel module's node against
 * driver/uapi/idcard.h, with a simulated reader (sim) behind it. One "ok - …" line per
 * case; the first failure ends the run.
 */
#include "raw.h"

int main(int argc, char **argv)
{
	struct raw w = { .fd = -1, .framing = -1 };

	if (argc < 3) {
		fprintf(stderr, "usage: raw-test NODE calls|faults|power|leave [FRAMING]\n");
		return 2;
	}
	if (argc > 3)
		w.framing = atoi(argv[3]);
	w.node = argv[1];
	if (!strcmp(argv[2], "calls"))
		cases_calls(&w);
	else if (!strcmp(argv[2], "faults"))
		cases_faults(&w);
	else if (!strcmp(argv[2], "power"))
		cases_power(&w);
	else if (!strcmp(argv[2], "leave"))
		cases_leave(&w);
	else
		return 2;
	return 0;
}
