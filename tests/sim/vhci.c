// SPDX-License-Identifier: GPL-2.0-or-later
#include "vhci.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util.h"

#define VHCI "/sys/devices/platform/vhci_hcd.0/"

enum {
	PORTS = 128,
	STATUS_FREE = 4,	/* VDEV_ST_NULL, linux/usbip.h */
	SPEED_FULL = 2,		/* USB_SPEED_FULL, linux/usb/ch9.h */
	WAIT_MS = 5000,
};

/*
 * The kernel still has the device that was at this port. One that comes so soon is taken for it,
 * and never set up: the virtual hub forgets to tell of the change.
 */
static bool still_there(unsigned int port)
{
	char pattern[64];
	glob_t found;
	bool yes;

	snprintf(pattern, sizeof(pattern), VHCI "usb*/[0-9]*-%u", port + 1);
	yes = glob(pattern, GLOB_NOSORT, NULL, &found) == 0;
	globfree(&found);
	return yes;
}

static int attach_to(unsigned int port, int fd, unsigned int device_id)
{
	_cleanup_close_ int file = open(VHCI "attach", O_WRONLY | O_CLOEXEC);
	char line[64];
	int n;

	if (file < 0)
		return -errno;
	n = snprintf(line, sizeof(line), "%u %d %u %d", port, fd, device_id, SPEED_FULL);
	return write(file, line, (size_t)n) == n ? (int)port : -errno;
}

/* Free ports of the high-speed hub, which takes full speed too. */
static size_t list_free(FILE *f, int wanted, unsigned int ports[static PORTS])
{
	char line[256], hub[8];
	unsigned int port, status;
	size_t n = 0;

	while (n < PORTS && fgets(line, sizeof(line), f))
		if (sscanf(line, "%7s %u %u", hub, &port, &status) == 3 && !strcmp(hub, "hs") &&
		    status == STATUS_FREE &&
		    (wanted == VHCI_ANY_PORT || port == (unsigned int)wanted) && !still_there(port))
			ports[n++] = port;
	return n;
}

static int attach(int fd, unsigned int device_id, int port)
{
	unsigned int ports[PORTS];
	int r = -EBUSY;
	size_t n;
	FILE *f;

	f = fopen(VHCI "status", "re");
	if (!f)
		return -ENODEV;
	n = list_free(f, port, ports);
	fclose(f);

	/* Another simulated reader may be faster to the same port. */
	for (size_t i = 0; i < n && r == -EBUSY; i++)
		r = attach_to(ports[i], fd, device_id);
	return r;
}

int vhci_attach(int fd, unsigned int device_id, int port)
{
	uint64_t end = now_usec() + WAIT_MS * UINT64_C(1000);
	int r;

	while ((r = attach(fd, device_id, port)) == -EBUSY && now_usec() < end)
		poll(NULL, 0, 5);
	return r;
}

static int open_switch(int port)
{
	char pattern[96];
	glob_t found;
	int fd;

	/* The first is of the hub for all but SuperSpeed. */
	snprintf(pattern, sizeof(pattern), VHCI "usb*/*-0:1.0/usb*-port%d/disable", port + 1);
	if (glob(pattern, 0, NULL, &found))
		return -EOPNOTSUPP;
	fd = open(found.gl_pathv[0], O_WRONLY | O_CLOEXEC);
	globfree(&found);
	return fd < 0 ? -errno : fd;
}

pid_t vhci_let_go(int port)
{
	int fd = open_switch(port);
	pid_t pid;

	if (fd < 0)
		return fd;
	pid = fork();
	if (pid == 0)
		_exit(write(fd, "1", 1) != 1);
	if (pid < 0)
		pid = -errno;
	close(fd);
	return pid;
}

bool vhci_has_let_go(pid_t letting_go)
{
	return letting_go <= 0 || waitpid(letting_go, NULL, WNOHANG) != 0;
}

void vhci_take_on(int port)
{
	_cleanup_close_ int fd = open_switch(port);

	if (fd >= 0 && write(fd, "0", 1) != 1)
		perror("vhci_hcd: a port stays off");
}
