// SPDX-License-Identifier: GPL-2.0-or-later
/* The chaos test in the guest: readers on the virtual USB bus, a service, /dev/idcard. */
#include "chaos.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "util.h"

static pid_t relay_pid;

pid_t ground_daemon(void)
{
	FILE *f = fopen("/sys/fs/cgroup/system.slice/idcardd.service/cgroup.procs", "re");
	int pid = 0;

	if (!f)
		return 0;
	/* The daemon comes before its children. */
	if (fscanf(f, "%d", &pid) != 1)
		pid = 0;
	fclose(f);
	return pid;
}

/* As many as the virtual host has ports. */
unsigned int ground_lanes(void)
{
	return 8;
}

/* systemd starts another. */
void ground_killed(struct chaos *c)
{
}

/* vhci_hcd tells of each transfer that was cancelled, thousands of times: not to the journal. */
static void mute_kernel(bool mute)
{
	static const char file[] = "/run/systemd/journald.conf.d/chaos.conf";

	if (mute)
		shell("mkdir -p /run/systemd/journald.conf.d; printf '[Journal]\\nReadKMsg=no\\n' >%s", file);
	else
		shell("rm -f %s", file);
	shell("systemctl restart systemd-journald");
}

size_t ground_simulator(const struct lane *l, const char *number, const char **argv)
{
	static const char *const framings[] = { "split", "stream", "split", "stream-last" };
	const char *const words[] = {
		"idcard-sim", "--framing", framings[l->index % ELEMENTSOF(framings)], "--port", number,
		"--personas", "/usr/lib/idcard-tests/personas",
	};

	memcpy(argv, words, sizeof(words));
	return ELEMENTSOF(words);
}

const char *ground_directory(void)
{
	return "/run/idcard-sim";
}

static void learn_name(struct chaos *c, const json_t *device)
{
	enum { FIRST = 67890 };
	const char *id = get(device, "sam_id"), *last = strrchr(id, '-');
	unsigned long index = last ? strtoul(last + 1, NULL, 10) - FIRST : CHAOS_LANES;

	if (index < CHAOS_LANES)
		snprintf(c->lanes[index].name, sizeof(c->lanes[index].name), "%s",
			 get(device, "name"));
}

static bool all_known(void *context)
{
	struct chaos *c = context;
	json_t *reply = ask("{\"class\":\"DEVICES\"}", "DEVICES");
	json_t *device;
	size_t i;

	json_array_foreach(json_object_get(reply, "devices"), i, device)
		learn_name(c, device);
	json_decref(reply);
	for (unsigned int lane = 0; lane < c->n_lanes; lane++)
		if (!*c->lanes[lane].name)
			return false;
	return true;
}

void ground_begin(struct chaos *c)
{
	mute_kernel(true);
	shell("modprobe vhci_hcd; mkdir -p %s", ground_directory());
	lanes_plug(c);
	wait_for_file("/dev/idcard", 30000);
	/* Readers that nobody wants are not tried again. */
	watch_open();
	wait_until(all_known, c, 60000, "eight readers that are ready");
	watch_close_all();
}

void ground_end(void)
{
	if (relay_pid > 0) {
		kill(relay_pid, SIGKILL);
		waitpid(relay_pid, NULL, 0);
	}
	relay_pid = 0;
	mute_kernel(false);
}

/* Blocks in read(): to poll it would ask idcard-node each time that anything happens anywhere. */
static void relay(int node, int out)
{
	char buffer[65536];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		ssize_t n = read(node, buffer, sizeof(buffer));

		if (n <= 0 || write_fully(out, buffer, n) < 0)
			_exit(1);
	}
}

int ground_open_node(void)
{
	_cleanup_close_ int fd = open("/dev/idcard", O_RDONLY | O_CLOEXEC);
	int ends[2];

	require(fd >= 0, "/dev/idcard: %s", strerror(errno));
	require(pipe2(ends, O_CLOEXEC) == 0, "no pipe");
	relay_pid = fork();
	if (relay_pid == 0)
		relay(fd, ends[1]);
	require(relay_pid > 0, "fork: %s", strerror(errno));
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return ends[0];
}

/* It outlives the daemon. */
bool ground_node_ends(void)
{
	return false;
}
