// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Busy, or nothing behind it: the right was there. */
static int open_one(const char *path)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 && (errno == EBUSY || errno == EIO || errno == ENXIO))
		return 0;
	return fd < 0 ? errno : 0;
}

static int open_read(const char *path)
{
	return TRY(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

/* Any of them. */
static int open_any(const char *pattern, int (*open_it)(const char *path))
{
	glob_t found;
	int error = ENOENT;

	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && error; i++)
			error = open_it(found.gl_pathv[i]);
	return error;
}

#define DEVICE(name, pattern)                                                                      \
	static int name(const struct probe *p)                                                     \
	{                                                                                          \
		return open_any(pattern, open_one);                                                \
	}

DEVICE(mem, "/dev/mem")
DEVICE(port, "/dev/port")
DEVICE(kmsg, "/dev/kmsg")
DEVICE(disk, "/dev/[sv]da")
DEVICE(uinput, "/dev/uinput")
DEVICE(cuse, "/dev/cuse")
DEVICE(fuse, "/dev/fuse")
DEVICE(idcardraw, "/dev/idcardraw*")
DEVICE(usb, "/dev/bus/usb/*/*")
DEVICE(hidraw, "/dev/hidraw*")
DEVICE(serial, "/dev/ttyS*")
DEVICE(tty, "/dev/tty1")
DEVICE(screen, "/dev/vcs1")
DEVICE(loop, "/dev/loop-control")
DEVICE(snapshot, "/dev/snapshot")
DEVICE(rtc, "/dev/rtc0")
DEVICE(mapper, "/dev/mapper/control")
DEVICE(tun, "/dev/net/tun")
DEVICE(autofs, "/dev/autofs")
DEVICE(vhci, "/sys/devices/platform/vhci_hcd.0/attach")

static int input(const struct probe *p)
{
	return open_any("/dev/input/event*", open_read);
}

static int node(mode_t mode, dev_t device)
{
	const char *folder = probe_folder();
	char path[256];
	int error;

	if (!folder)
		return EROFS;
	snprintf(path, sizeof(path), "%s/idcard-probe-node", folder);
	unlink(path);
	error = TRY(mknod(path, mode | 0600, device));
	if (!error)
		error = open_one(path);
	unlink(path);
	return error;
}

static int mknod_disk(const struct probe *p)
{
	struct stat st;

	/* Where the node cannot be seen, its usual number. */
	return node(S_IFBLK, stat("/dev/vda", &st) == 0 ? st.st_rdev : makedev(254, 0));
}

static int mknod_mem(const struct probe *p)
{
	return node(S_IFCHR, makedev(1, 1));
}

const struct attempt attempts_devices[] = {
	{ "device-mem", mem },		{ "device-port", port },	{ "device-kmsg", kmsg },
	{ "device-disk", disk },	{ "device-uinput", uinput },	{ "device-input", input },
	{ "device-cuse", cuse },	{ "device-fuse", fuse },	{ "device-idcardraw", idcardraw },
	{ "device-usb", usb },		{ "device-hidraw", hidraw },	{ "device-serial", serial },
	{ "device-tty", tty },		{ "device-screen", screen },	{ "device-loop", loop },
	{ "device-snapshot", snapshot }, { "device-rtc", rtc },		{ "device-mapper", mapper },
	{ "device-tun", tun },		{ "device-autofs", autofs },	{ "device-vhci", vhci },
	{ "mknod-disk", mknod_disk },	{ "mknod-mem", mknod_mem },
	END_OF_ATTEMPTS
};
