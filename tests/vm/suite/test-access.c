// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "util.h"

enum { STRANGER = 65534 };

/* What a user without any right may do: bit by bit what was not refused. */
enum {
	IDENTITIES = 1 << 0,
	RAW = 1 << 1,
	USB = 1 << 2,
	SOCKET = 1 << 3,
};

static bool refused(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	safe_close(fd);
	return fd < 0 && errno == EACCES;
}

/* The node on the USB bus that belongs to the reader. */
static bool usb_node(char *ret, size_t size)
{
	FILE *f = popen("for d in /sys/bus/usb/devices/*; do "
			"grep -qs 0400 $d/idVendor && "
			"printf '/dev/bus/usb/%03d/%03d\\n' $(cat $d/busnum) $(cat $d/devnum); done", "r");
	bool good = f && fgets(ret, size, f);

	if (f)
		pclose(f);
	ret[strcspn(ret, "\n")] = '\0';
	return good;
}

static int try_all(const char *usb)
{
	idcard_client *c = NULL;
	int allowed = 0;

	allowed |= refused("/dev/idcard") ? 0 : IDENTITIES;
	allowed |= !suite_module() || refused("/dev/idcardraw0") ? 0 : RAW;
	allowed |= refused(usb) ? 0 : USB;
	allowed |= idcard_client_open(NULL, &c) == -EACCES ? 0 : SOCKET;
	return allowed;
}

static int try_as_stranger(const char *usb)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (setgroups(0, NULL) < 0 || setgid(STRANGER) < 0 || setuid(STRANGER) < 0)
			_exit(255);
		_exit(try_all(usb));
	}
	require(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "the child died");
	return WEXITSTATUS(status);
}

static void start(void)
{
	sim_start("split");
	sim("plug");
	ready();
}

void test_permissions(void)
{
	char usb[64];
	int allowed;

	start();
	require(usb_node(usb, sizeof(usb)), "the reader is not on the bus");
	allowed = try_as_stranger(usb);
	require(allowed == 0, "not refused:%s%s%s%s", allowed & IDENTITIES ? " /dev/idcard" : "",
		allowed & RAW ? " /dev/idcardraw0" : "", allowed & USB ? " the USB node" : "",
		allowed & SOCKET ? " the socket" : "");
	require(shell("find /dev/idcard* %s /run/idcard -perm -o=r ! -type s ! -type d | grep -q .",
		      usb) != 0, "something is readable by everybody");
	require(shell("ps -o user= -p %d | grep -qx idcard", service_pid("idcardd.service")) == 0,
		"idcardd does not run as idcard");
	require(shell("ps -o user= -p %d | grep -qx idcard", service_pid("idcard-node.service")) == 0,
		"idcard-node does not run as idcard");
	require(shell("grep -h CapEff /proc/%d/status /proc/%d/status | grep -qv 0000000000000000",
		      service_pid("idcardd.service"), service_pid("idcard-node.service")) != 0,
		"a capability is left");
}

/* Somebody logs in at the screen and keyboard of the machine; in no group. */
static void log_in(void)
{
	shell("id desk >/dev/null 2>&1 || useradd -m desk");
	require(shell("systemd-run --quiet --collect --unit=desk-session -p User=desk -p PAMName=login "
		      "-p TTYPath=/dev/tty1 -p StandardInput=tty -p StandardOutput=tty "
		      "-p UtmpIdentifier=tty1 -E XDG_SEAT=seat0 -E XDG_VTNR=1 "
		      "-E XDG_SESSION_CLASS=user sleep infinity") == 0, "no session could be made");
}

static bool let_in(void *context)
{
	return shell("runuser -u desk -- idcardctl status >/dev/null 2>&1") == 0 &&
	       shell("runuser -u desk -- test -r /dev/idcard") == 0;
}

static bool kept_out(void *context)
{
	return shell("runuser -u desk -- idcardctl status >/dev/null 2>&1") != 0;
}

static bool desk_reads(void *context)
{
	return shell("pgrep -u desk -x cat >/dev/null") == 0;
}

static bool has_lines(void *context)
{
	return shell("test $(wc -l </tmp/desk-lines) -eq %d", *(int *)context) == 0;
}

/*
 * A program of the user that has /dev/idcard open, and writes when the other end of *@go says so.
 * Its status is the errno.
 */
static pid_t start_writer(int *go)
{
	static const char entry[] = "110101190001010014\n";
	const struct passwd *desk = getpwnam("desk");
	int fd, ends[2];
	char byte = 0;
	pid_t pid;

	require(desk && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "no user");
	pid = fork();
	if (pid != 0) {
		close(ends[1]);
		*go = ends[0];
		require(read(*go, &byte, 1) == 1, "the user cannot open /dev/idcard for writing");
		return pid;
	}
	if (setgroups(0, NULL) < 0 || setgid(desk->pw_gid) < 0 || setuid(desk->pw_uid) < 0)
		_exit(255);
	fd = open("/dev/idcard", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(ends[1], &byte, 1) != 1 ||
	    read(ends[1], &byte, 1) != 1)
		_exit(254);
	_exit(write(fd, entry, sizeof(entry) - 1) < 0 ? errno : 0);
}

void test_seat_user(void)
{
	struct lines *l;
	int one = 1, go, status;
	pid_t writer;

	start();
	log_in();
	wait_until(let_in, NULL, 20000, "the user of the active seat to be let in");
	if (suite_module())
		require(shell("runuser -u desk -- test -r /dev/idcardraw0") != 0,
			"the raw node is open to the seat");

	/* What is open stays open, but gives and takes nothing when the seat is another's. */
	writer = start_writer(&go);
	shell("(runuser -u desk -- cat /dev/idcard >/tmp/desk-lines) 2>/dev/null &");
	wait_until(desk_reads, NULL, 5000, "a program of the user");
	l = lines_open(4096);
	sim("place resident");
	lines_next(l, 5000);
	wait_until(has_lines, &one, 5000, "the line at the user's program");
	lift();
	shell("systemctl stop desk-session");
	wait_until(kept_out, NULL, 20000, "the user to be kept out");
	require(write(go, "", 1) == 1 && waitpid(writer, &status, 0) == writer &&
		WIFEXITED(status) && WEXITSTATUS(status) == EACCES, "the user could enter a number");
	close(go);
	sim("place foreigner");
	lines_next(l, 5000);
	require(lines_silent(l, 300) && has_lines(&one), "a line for a user who is away");
	shell("pkill -u desk -x cat; wait");
}
