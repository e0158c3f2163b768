// SPDX-License-Identifier: GPL-2.0-or-later
/* The chaos test in the guest: readers on the virtual USB bus, idcardd as a service, /dev/idcard. */
#include "chaos.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

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

/* vhci_hcd tells of each transfer that was cancelled, thousands of times; journald need not listen. */
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
	wait_until(all_known, c, 60000, "eight readers that are ready");
}

void ground_end(void)
{
	mute_kernel(false);
}

int ground_open_node(void)
{
	int fd = open("/dev/idcard", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	require(fd >= 0, "/dev/idcard: %s", strerror(errno));
	return fd;
}

/* It outlives the daemon. */
bool ground_node_ends(void)
{
	return false;
}
