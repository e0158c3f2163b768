// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a record takes from the reader's last byte to the line on /dev/idcard, beside a bare
 * loop of libusb calls on the same simulated reader: the floor below which nobody comes.
 */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "util.h"

enum { SAMPLES = 60 };

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double report(const char *what, double *ms)
{
	qsort(ms, SAMPLES, sizeof(*ms), by_size);
	suite_note("%s: median %.2f ms, 95 %% %.2f ms", what, ms[SAMPLES / 2],
		   ms[SAMPLES * 95 / 100]);
	return ms[SAMPLES / 2];
}

static void measure_node(double *ms)
{
	int fd = open("/dev/idcard", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char line[8192];

	require(fd >= 0, "/dev/idcard: %s", strerror(errno));
	for (int i = 0; i < SAMPLES; i++) {
		uint64_t when;

		sim("place %s", personas[i % 4].persona);
		require(poll(&p, 1, 5000) == 1, "no line");
		require(read(fd, line, sizeof(line)) > 0, "no line");
		when = now_usec();
		ms[i] = ((double)when - (double)sim_stat("record_usec")) / 1e3;
		lift();
	}
	close(fd);
}

/* libusb-floor prints the time at which each record was complete. */
static void measure_floor(double *ms)
{
	int ends[2];
	pid_t pid;
	FILE *f;

	require(pipe2(ends, O_CLOEXEC) == 0, "no pipe");
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execlp("libusb-floor", "libusb-floor", NULL);
		_exit(127);
	}
	close(ends[1]);
	f = fdopen(ends[0], "r");
	for (int i = 0; i < SAMPLES; i++) {
		char line[128];
		uint64_t when;

		sim("place %s", personas[i % 4].persona);
		require(fgets(line, sizeof(line), f), "the libusb loop ended");
		when = strtoull(line, NULL, 10);
		ms[i] = ((double)when - (double)sim_stat("record_usec")) / 1e3;
		sim("lift");
		sim("wait-polled 1");
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fclose(f);
}

static bool reader_is_free(void *context)
{
	return !suite_module() || !exists("/dev/idcardraw0");
}

void test_latency(void)
{
	double node[SAMPLES], floor_[SAMPLES];
	double ours, theirs;

	sim_start("split");
	sim("plug");
	ready();
	measure_node(node);
	ours = report("/dev/idcard", node);

	services_stop();
	shell("systemctl mask --runtime --quiet idcardd.service");
	if (suite_module())
		shell("rmmod idcard");
	wait_until(reader_is_free, NULL, 5000, "the module to go");
	measure_floor(floor_);
	theirs = report("bare libusb", floor_);
	suite_note("ratio %.2f", theirs > 0 ? ours / theirs : 0);
	if (suite_module())
		shell("modprobe idcard");
	shell("systemctl unmask --runtime --quiet idcardd.service");
}
