// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon-rig.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base64.h"
#include "util.h"

char hub[96], runs[96];
pid_t daemon_pid;

static char dir[64], control[96], reader[96], portrait[96], portrait_config[96], gate[96];
static pid_t sim_pid;

static pid_t start(const char *const argv[])
{
	pid_t pid = fork();

	if (pid == 0) {
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	assert_true(pid > 0);
	return pid;
}

void wait_for(const char *path)
{
	uint64_t deadline = now_usec() + 10000000;

	while (access(path, F_OK) < 0) {
		assert_true(now_usec() < deadline);
		poll(NULL, 0, 5);
	}
}

int end(pid_t *pid, int sig)
{
	int status = -1;

	if (*pid <= 0)
		return 0;
	kill(*pid, sig);
	waitpid(*pid, &status, 0);
	*pid = 0;
	return status;
}

void start_daemon(void)
{
	char device[128];
	const char *const argv[] = { "build/tests/idcardd", "--socket", hub, "--device", device, "--log-level",
			 "error", NULL };

	snprintf(device, sizeof(device), "usb:%s", reader);
	daemon_pid = start(argv);
	wait_for(hub);
}

int set_up(void **state)
{
	const char *const argv[] = { "build/tests/idcard-sim", "--front", "pty", "--pty-link", reader, "--socket",
			 control, "--scale", "0.02", "--plug", NULL };

	strcpy(dir, "/tmp/idcard-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(control, sizeof(control), "%s/control", dir);
	snprintf(reader, sizeof(reader), "%s/reader", dir);
	snprintf(hub, sizeof(hub), "%s/hub", dir);
	snprintf(portrait, sizeof(portrait), "%s/wait", dir);
	snprintf(portrait_config, sizeof(portrait_config), "%s/portrait.conf", dir);
	snprintf(gate, sizeof(gate), "%s/go", dir);
	snprintf(runs, sizeof(runs), "%s/runs", dir);
	setenv("IDCARD_PORTRAIT", portrait, true);
	setenv("IDCARD_PORTRAIT_CONFIG", portrait_config, true);
	sim_pid = start(argv);
	wait_for(reader);
	wait_for(control);
	start_daemon();
	return 0;
}

int tear_down(void **state)
{
	int status = end(&daemon_pid, SIGTERM);

	end(&sim_pid, SIGTERM);
	unlink(control);
	unlink(reader);
	unlink(hub);
	unlink(portrait);
	unlink(portrait_config);
	unlink(gate);
	unlink(runs);
	rmdir(dir);
	/* ASan reports by the exit status. */
	assert_int_equal(status, 0);
	/* A process that the daemon left behind would be ours now. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	return 0;
}

void sim(const char *command)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char line[256], reply[1024] = "";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, control);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	snprintf(line, sizeof(line), "%s\n", command);
	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
	assert_true(read(fd, reply, sizeof(reply) - 1) > 0);
	if (strncmp(reply, "ok", 2) != 0)
		fail_msg("sim %s: %s", command, reply);
	close(fd);
}

idcard_client *client(void)
{
	uint64_t deadline = now_usec() + 10000000;
	idcard_client *c = NULL;
	int r;

	/* The socket is there a moment before it listens. */
	while ((r = idcard_client_open(hub, &c)) == -ECONNREFUSED && now_usec() < deadline)
		poll(NULL, 0, 5);
	assert_int_equal(r, 0);
	return c;
}

const char *word(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

json_t *next(idcard_client *c, const char *class)
{
	const char *line;
	json_t *object;

	for (;;) {
		assert_int_equal(idcard_client_receive(c, 20000, &line), 1);
		object = json_loads(line, 0, NULL);
		assert_non_null(object);
		if (strcmp(word(object, "class"), class) == 0)
			return object;
		json_decref(object);
	}
}

void expect(idcard_client *c, const char *class, const char *key, const char *value)
{
	json_t *object = next(c, class);

	assert_string_equal(word(object, key), value);
	json_decref(object);
}

void send_line(idcard_client *c, const char *line)
{
	assert_int_equal(idcard_client_send(c, line), 0);
}

idcard_client *watcher(const char *request)
{
	idcard_client *c = client();

	send_line(c, request);
	json_decref(next(c, "WATCH"));
	return c;
}

void install_decoder(void)
{
	char target[256];
	int fd = open(portrait_config, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
	assert_non_null(realpath("build/tests/fake-portrait", target));
	assert_int_equal(symlink(target, portrait), 0);
	assert_int_equal(mkfifo(gate, 0600), 0);
}

void open_gate(void)
{
	uint64_t deadline = now_usec() + 10000000;
	int fd;

	while ((fd = open(gate, O_WRONLY | O_CLOEXEC | O_NONBLOCK)) < 0) {
		assert_true(now_usec() < deadline);
		poll(NULL, 0, 5);
	}
	close(fd);
}

size_t decode(const json_t *object, uint8_t *ret, size_t size)
{
	const json_t *picture = json_object_get(object, "portrait");
	ssize_t n;

	assert_string_equal(word(picture, "status"), "ok");
	n = base64_decode(word(picture, "data"), ret, size);
	assert_true(n > 0);
	return (size_t)n;
}

void rig_begin(void)
{
	/* What started this may have left some open; fake-portrait looks for the daemon's. */
	for (int fd = 3; fd < 256; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}
