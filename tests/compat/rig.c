// SPDX-License-Identifier: GPL-2.0-or-later
#include "rig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stream.h"
#include "util.h"

#define FILES "files"

/* Where the tests are started: the programs are named from there. */
static char home[256], dir[64], device[160];
static pid_t sim_pid, daemon_pid;

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "rig: %s: %s\n", what, strerror(errno));
	exit(99);
}

const char *rig_path(const char *name)
{
	static char paths[8][128];
	static unsigned int n;
	char *path = paths[n++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static pid_t start(const char *program, const char *const argv[])
{
	char path[512];
	pid_t pid;

	snprintf(path, sizeof(path), "%s%s%s", *BUILD == '/' ? "" : home, *BUILD == '/' ? "" : "/",
		 BUILD);
	strncat(path, program, sizeof(path) - strlen(path) - 1);
	pid = fork();
	if (pid == 0) {
		/* of what started this; a child of the daemon looks for what is left to it */
		for (int fd = 3; fd < 256; fd++)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
		/* what a test puts before the libraries of its own program is not theirs */
		unsetenv("LD_PRELOAD");
		if (chdir(home) == 0)
			execv(path, (char *const *)argv);
		_exit(127);
	}
	if (pid < 0)
		fail(program);
	return pid;
}

static void wait_for(const char *path)
{
	uint64_t deadline = now_usec() + 10000000;

	while (access(path, F_OK) < 0) {
		if (now_usec() > deadline)
			fail(path);
		poll(NULL, 0, 5);
	}
}

static int end(pid_t *pid, int sig)
{
	int status = -1;

	if (*pid <= 0)
		return 0;
	kill(*pid, sig);
	while (waitpid(*pid, &status, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
	return status;
}

/* The socket is there a moment before it listens. */
static void wait_until_it_answers(const char *socket)
{
	uint64_t deadline = now_usec() + 10000000;
	int fd;

	wait_for(socket);
	while ((fd = stream_connect(socket, 1000)) < 0) {
		if (now_usec() > deadline)
			fail(socket);
		poll(NULL, 0, 5);
	}
	close(fd);
}

void rig_daemon_start(void)
{
	char socket[128];
	const char *const argv[] = { "idcardd", "--socket", socket, "--device", device, "--log-level",
				     "error", NULL };

	snprintf(socket, sizeof(socket), "%s", rig_path("hub"));
	unlink(socket);
	daemon_pid = start("/tests/idcardd", argv);
	wait_until_it_answers(socket);
}

int rig_daemon_end(int sig)
{
	return end(&daemon_pid, sig);
}

pid_t rig_daemon(void)
{
	return daemon_pid;
}

static void write_text(const char *name, const char *text)
{
	int fd = open(rig_path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fail(name);
	close(fd);
}

/* The configuration is there, and says nothing: what decodes is a link, named by what it does. */
static void install_decoder(const char *name)
{
	char target[512];

	snprintf(target, sizeof(target), "%s%s%s/tests/fake-portrait", *BUILD == '/' ? "" : home,
		 *BUILD == '/' ? "" : "/", BUILD);
	write_text("portrait.conf", "");
	if (symlink(target, rig_path(name)) < 0)
		fail(name);
}

static void write_options(const struct rig_setup *setup)
{
	char text[1024];

	snprintf(text, sizeof(text), "[ports]\ncom2 = %s\n%s", rig_path("reader"),
		 setup->options ? setup->options : "");
	write_text("compat.conf", text);
}

static void start_sim(void)
{
	char reader[128], control[128];
	const char *const argv[] = { "idcard-sim", "--front", "pty", "--pty-link", reader, "--socket",
				     control, "--scale", "0.02", "--plug", NULL };

	snprintf(reader, sizeof(reader), "%s", rig_path("reader"));
	snprintf(control, sizeof(control), "%s", rig_path("sim"));
	sim_pid = start("/tests/idcard-sim", argv);
	wait_for(reader);
	wait_for(control);
}

void rig_start(const struct rig_setup *setup)
{
	if (!*home && !getcwd(home, sizeof(home)))
		fail("getcwd");
	strcpy(dir, "/tmp/idcard-test-XXXXXX");
	if (!mkdtemp(dir))
		fail(dir);
	setenv("IDCARD_SOCKET", rig_path("hub"), 1);
	setenv("IDCARD_SIM", rig_path("sim"), 1);
	setenv("IDCARD_COMPAT_CONF", rig_path("compat.conf"), 1);
	setenv("IDCARD_PORTRAIT", rig_path(setup->decoder ? setup->decoder : "whole"), 1);
	setenv("IDCARD_PORTRAIT_CONFIG", rig_path("portrait.conf"), 1);
	write_options(setup);
	if (setup->decoder)
		install_decoder(setup->decoder);
	start_sim();
	snprintf(device, sizeof(device), "%s:%s", setup->transport ? setup->transport : "usb",
		 rig_path("reader"));
	rig_daemon_start();
	if (mkdir(rig_path(FILES), 0700) < 0 || chdir(rig_path(FILES)) < 0)
		fail(FILES);
}

int rig_stop(void)
{
	int status = rig_daemon_end(SIGTERM);
	char command[128];

	end(&sim_pid, SIGTERM);
	if (chdir(home) < 0)
		fail(home);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command) != 0)
		fail(command);
	return status;
}

void rig_sim(const char *format, ...)
{
	char line[256], reply[1024] = "";
	va_list ap;
	int fd;

	va_start(ap, format);
	vsnprintf(line, sizeof(line) - 1, format, ap);
	va_end(ap);
	strcat(line, "\n");
	fd = stream_connect(rig_path("sim"), 5000);
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		fail(line);
	fcntl(fd, F_SETFL, 0);
	if (read(fd, reply, sizeof(reply) - 1) <= 0 || strncmp(reply, "ok", 2) != 0) {
		fprintf(stderr, "rig: %s%s\n", line, reply);
		exit(99);
	}
	close(fd);
}
