// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * idcard-crowd: the hostile neighbours of the socket (tests/vm/suite/test-crowd.c) without a guest,
 * where a thousand of them are as fast as this machine. idcardd as it is installed, one reader.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite-host.h"
#include "tests/vm/suite/crowd.h"

enum { READY_MS = 10000 };

static char directory[64], hub[96];
static pid_t daemon_pid;

static void sweep(void)
{
	crowd_clear();
	watch_close_all();
	sim_stop();
	if (daemon_pid > 0)
		kill(daemon_pid, SIGKILL);
	if (*directory)
		shell("rm -rf %s", directory);
}

static void become_daemon(const char *device)
{
	const char *program = getenv("IDCARDD") ?: "build/idcardd";
	/* As its unit allows. */
	const struct rlimit files = { 4096, 4096 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		_exit(126);
	execl(program, program, "--socket", hub, "--device", device, "--log-level", "error", NULL);
	_exit(127);
}

static bool is_ready(void *context)
{
	json_t *devices = ask("{\"class\":\"DEVICES\"}", "DEVICES");
	const json_t *first = json_array_get(json_object_get(devices, "devices"), 0);
	const char *state = get(first, "state");
	bool good = strcmp(state, "idle") == 0 || strcmp(state, "searching") == 0;

	json_decref(devices);
	return good;
}

void crowd_ground_begin(void)
{
	static char control[96], link[96];
	char device[128];

	strcpy(directory, "/tmp/idcard-crowd-XXXXXX");
	require(mkdtemp(directory) && chmod(directory, 0755) == 0, "no directory");
	snprintf(control, sizeof(control), "%s/control", directory);
	/* The name of the reader that the crowd claims. */
	snprintf(link, sizeof(link), "%s/usb-1-1", directory);
	snprintf(hub, sizeof(hub), "%s/hub", directory);
	snprintf(device, sizeof(device), "serial:%s", link);
	setenv("IDCARD_SOCKET", hub, true);
	sim_start_outside(control, link);
	daemon_pid = fork();
	if (daemon_pid == 0)
		become_daemon(device);
	require(daemon_pid > 0, "fork: %s", strerror(errno));
	wait_until(is_ready, NULL, READY_MS, "a reader that is ready");
	chmod(hub, 0666);
}

void crowd_ground_end(void)
{
	int status;

	kill(daemon_pid, SIGTERM);
	require(waitpid(daemon_pid, &status, 0) == daemon_pid && status == 0, "idcardd ended with %d", status);
	daemon_pid = 0;
}

size_t crowd_ground_services(struct crowd_service ret[CROWD_SERVICES])
{
	ret[0] = (struct crowd_service){ "idcardd", daemon_pid };
	return 1;
}

size_t crowd_ground_ways(struct crowd_way ret[CROWD_WAYS])
{
	return 0;
}

void crowd_ground_rude(unsigned int clients)
{
}

void crowd_ground_say(const struct crowd_report *reports)
{
}

int main(void)
{
	host_begin("crowd", sweep);
	test_crowd();
	sweep();
	return 0;
}
