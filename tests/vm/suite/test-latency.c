// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a record takes from the reader's last byte to the line on /dev/idcard, beside a bare
 * loop of libusb calls on the same simulated reader: the floor below which nobody comes.
 */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
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

static void on_alarm(int sig)
{
}

/* A program that waits in read(), as cat does. */
static void measure_node(double *ms)
{
	/* Without SA_RESTART: a line that does not come ends the read. */
	const struct sigaction action = { .sa_handler = on_alarm };
	int fd = open("/dev/idcard", O_RDONLY | O_CLOEXEC);
	char line[8192];

	require(fd >= 0, "/dev/idcard: %s", strerror(errno));
	sigaction(SIGALRM, &action, NULL);
	for (int i = 0; i < SAMPLES; i++) {
		uint64_t when;

		alarm(slow(10));
		sim("place %s", personas[i % 4].persona);
		require(read(fd, line, sizeof(line)) > 0, "no line: %s", strerror(errno));
		when = now_usec();
		alarm(0);
		ms[i] = ((double)when - (double)sim_stat("record_usec")) / 1e3;
		lift();
	}
	close(fd);
}

/* Start libusb-floor, which prints the time at which each record was complete. */
static FILE *start_floor(const char *option, pid_t *ret_pid)
{
	int ends[2];

	require(pipe2(ends, O_CLOEXEC) == 0, "no pipe");
	*ret_pid = fork();
	if (*ret_pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execlp("libusb-floor", "libusb-floor", option, NULL);
		_exit(127);
	}
	close(ends[1]);
	return fdopen(ends[0], "r");
}

static void stop_floor(FILE *f, pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fclose(f);
}

static uint64_t floor_record(FILE *f, unsigned int i)
{
	char line[128];

	sim("place %s", personas[i % 4].persona);
	require(fgets(line, sizeof(line), f), "the libusb loop ended");
	sim("lift");
	sim("wait-polled 1");
	return strtoull(line, NULL, 10);
}

static void measure_floor(double *ms)
{
	pid_t pid;
	FILE *f = start_floor(NULL, &pid);

	for (unsigned int i = 0; i < SAMPLES; i++) {
		uint64_t when = floor_record(f, i);

		ms[i] = ((double)when - (double)sim_stat("record_usec")) / 1e3;
	}
	stop_floor(f, pid);
}

static bool reader_is_free(void *context)
{
	return !suite_module() || !exists("/dev/idcardraw0");
}

/* Nothing of ours holds the reader; undone by give_back(). */
static void take_reader(void)
{
	services_stop();
	shell("systemctl mask --runtime --quiet idcardd.service");
	if (suite_module())
		shell("rmmod idcard");
	wait_until(reader_is_free, NULL, 5000, "the module to go");
}

static void give_back(void)
{
	if (suite_module())
		shell("modprobe idcard");
	shell("systemctl unmask --runtime --quiet idcardd.service");
}

void test_latency(void)
{
	double node[SAMPLES], bare[SAMPLES];
	double ours, theirs;

	sim_start("split");
	sim("plug");
	ready();
	measure_node(node);
	ours = report("/dev/idcard", node);
	take_reader();
	measure_floor(bare);
	theirs = report("bare libusb", bare);
	give_back();
	suite_note("ratio %.1f", theirs > 0 ? ours / theirs : 0);
}

/*
 * A program for these readers that knows nothing of us: endpoints 02, 06, 81 and 85, nothing
 * claimed, 200 ms for a transfer, 400 ms of sleep after each request.
 */
void test_third_party(void)
{
	pid_t pid;
	FILE *f;

	sim_start("split");
	sim("plug");
	ready();
	take_reader();
	f = start_floor("--third-party", &pid);
	for (unsigned int i = 0; i < 4; i++)
		floor_record(f, i);
	stop_floor(f, pid);
	give_back();
}
