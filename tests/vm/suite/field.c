// SPDX-License-Identifier: GPL-2.0-or-later
#include "field.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <linux/vt.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include "suite.h"
#include "util.h"

#define FIFO "/run/suite-field"
#define UNIT "suite-field"
#define SHOWN "/sys/class/tty/tty0/active"

enum { K_CAPSLOCK_FLAG = 4 };	/* of KDSKBLED */

static int fifo = -1;
static char text[4096];
static size_t size, taken;

static bool is_shown(void *context)
{
	return shell("grep -qx tty%d " SHOWN, *(int *)context) == 0;
}

void screen_show(int vt)
{
	_cleanup_close_ int fd = open("/dev/tty0", O_RDWR | O_NOCTTY | O_CLOEXEC);

	require(fd >= 0 && ioctl(fd, VT_ACTIVATE, vt) == 0, "tty%d: %s", vt, strerror(errno));
	wait_until(is_shown, &vt, 10000, "the screen to switch");
}

bool screen_has(int vt, const char *wanted)
{
	return shell("tr -d '\\000' </dev/vcs%d | grep -qF -- '%s'", vt, wanted) == 0;
}

/* The session at the screen is ours. */
static bool is_at_screen(void *context)
{
	return shell("s=$(loginctl show-seat seat0 -P ActiveSession) && test \"$s\" && "
		     "test \"$(loginctl show-session \"$s\" -P Name)\" = desk") == 0;
}

void screen_lock(bool locked)
{
	require(shell("s=$(loginctl show-seat seat0 -P ActiveSession) && "
		      "p=$(busctl --json=short call org.freedesktop.login1 /org/freedesktop/login1 "
		      "org.freedesktop.login1.Manager GetSession s \"$s\" | sed 's/.*\\[\"//; s/\"].*//') && "
		      "runuser -u desk -- busctl call org.freedesktop.login1 \"$p\" "
		      "org.freedesktop.login1.Session SetLockedHint b %s", locked ? "true" : "false") == 0,
		"the session cannot be %s", locked ? "locked" : "unlocked");
}

static bool is_reading(void *context)
{
	return shell("pgrep -u desk -x cat >/dev/null") == 0;
}

void field_open(const char *type)
{
	shell("id desk >/dev/null 2>&1 || useradd -m desk");
	unlink(FIFO);
	require(mkfifo(FIFO, 0600) == 0 && shell("chown desk " FIFO) == 0, FIFO ": %s",
		strerror(errno));
	fifo = open(FIFO, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	require(fifo >= 0, FIFO ": %s", strerror(errno));
	size = taken = 0;
	/* Without iexten Ctrl+V is a character like others. */
	require(shell("systemd-run --quiet --collect --unit=" UNIT " -p User=desk -p PAMName=login "
		      "-p TTYPath=/dev/tty%d -p StandardInput=tty -p StandardOutput=tty "
		      "-p UtmpIdentifier=tty%d -E XDG_SEAT=seat0 -E XDG_VTNR=%d "
		      "-E XDG_SESSION_CLASS=user -E XDG_SESSION_TYPE=%s "
		      "sh -c 'stty -iexten; exec cat >" FIFO "'",
		      FIELD_VT, FIELD_VT, FIELD_VT, type) == 0, "no session could be made");
	screen_show(FIELD_VT);
	wait_until(is_at_screen, NULL, 20000, "the session at the screen");
	wait_until(is_reading, NULL, 10000, "the program that reads");
}

void field_close(void)
{
	if (fifo < 0)
		return;
	shell("systemctl stop " UNIT " 2>/dev/null; systemctl reset-failed " UNIT " 2>/dev/null");
	fifo = safe_close(fifo);
	unlink(FIFO);
}

/* A whole line that is there already, or NULL. */
static char *take_line(void)
{
	char *end;

	memmove(text, text + taken, size - taken);
	size -= taken;
	taken = 0;
	end = memchr(text, '\n', size);
	if (!end)
		return NULL;
	*end = '\0';
	taken = end - text + 1;
	return text;
}

static char *next(unsigned int ms)
{
	uint64_t deadline = now_usec() + ms * UINT64_C(1000);
	char *line;

	while (!(line = take_line())) {
		struct pollfd p = { .fd = fifo, .events = POLLIN };
		uint64_t now = now_usec();
		ssize_t n;

		if (now >= deadline || poll(&p, 1, (int)((deadline - now) / 1000) + 1) == 0)
			return NULL;
		n = read(fifo, text + size, sizeof(text) - size);
		require(n > 0, FIFO ": %s", strerror(errno));
		size += n;
	}
	return line;
}

const char *field_next(unsigned int ms)
{
	const char *line = next(slow(ms));

	require(line, "nothing was typed within %u ms", ms);
	return line;
}

bool field_silent(unsigned int ms)
{
	return !next(ms);
}

static int open_console(void)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/tty%d", FIELD_VT);
	fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	require(fd >= 0, "%s: %s", path, strerror(errno));
	return fd;
}

void field_flush(void)
{
	_cleanup_close_ int fd = open_console();

	require(tcflush(fd, TCIFLUSH) == 0, "cannot be flushed: %s", strerror(errno));
}

/* All keyboards show it, that of the wedge too. */
static bool is_lit(void *context)
{
	return shell("! cat /sys/class/leds/*::capslock/brightness | grep -q %s",
		     *(bool *)context ? "-x 0" : "-vx 0") == 0;
}

void screen_caps_lock(bool on)
{
	_cleanup_close_ int fd = open_console();

	require(ioctl(fd, KDSKBLED, on ? K_CAPSLOCK_FLAG : 0) == 0, "Caps Lock: %s", strerror(errno));
	wait_until(is_lit, &on, 5000, "the light of Caps Lock");
}
