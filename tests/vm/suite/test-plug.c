// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <sys/stat.h>

/* Nothing runs, the reader is plugged in, udev does the rest. */
static void plug(const char *framing)
{
	struct lines *l;
	uint64_t node;

	services_stop();
	require(!exists("/dev/idcard"), "/dev/idcard is there without its service");
	sim_start(framing);
	sim("plug");
	node = wait_for_file("/dev/idcard", 15000);
	require(suite_module() == exists("/dev/idcardraw0"), "the raw node is %s",
		suite_module() ? "missing" : "there");
	suite_note("/dev/idcard after %.0f ms", (double)node / 1e3);
	l = lines_open(4096);
	ready();
	sim("place resident");
	lines_next(l, 5000);
	sim("lift");
}

void test_plug_split(void)
{
	plug("split");
}

void test_plug_stream(void)
{
	plug("stream");
}
