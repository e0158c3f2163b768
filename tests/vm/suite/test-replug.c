// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "frame.h"
#include "util.h"

enum { CYCLES = 50, CARD_EVERY = 5 };

/* A program that sits in poll() on /dev/idcard; ends when it is no longer just waiting. */
static pid_t start_poller(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct pollfd p = { .events = POLLIN };

		p.fd = open("/dev/idcard", O_RDONLY | O_NONBLOCK);
		while (p.fd >= 0 && poll(&p, 1, -1) > 0 && !(p.revents & (POLLHUP | POLLERR))) {
			char line[4096];

			if (read(p.fd, line, sizeof(line)) <= 0)
				break;
		}
		_exit(1);
	}
	return pid;
}

static bool node_gone(void *context)
{
	return !exists("/dev/idcardraw0");
}

void test_replug_identities(void)
{
	unsigned int cycles = rounds(CYCLES);
	struct lines *l;
	pid_t poller;

	sim_start("split");
	sim("plug");
	ready();
	l = lines_open(64);
	poller = start_poller();
	for (unsigned int i = 0; i < cycles; i++) {
		const struct persona_number *p = &personas[pick(ELEMENTSOF(personas))];
		json_t *identity;

		sim("unplug");
		sim("plug");
		if (i % CARD_EVERY)
			continue;
		sim("place %s", p->persona);
		identity = json_loads(lines_next(l, 10000), 0, NULL);
		require(strcmp(get(identity, "id_number"), p->number) == 0, "the wrong person");
		json_decref(identity);
		lift();
	}
	require(waitpid(poller, NULL, WNOHANG) == 0, "the program in poll() was woken for nothing");
	kill(poller, SIGKILL);
	waitpid(poller, NULL, 0);
}

/* One file, a thread of control in read() and one in poll(). Tells by its status what it saw. */
static pid_t start_raw(int fd, bool in_poll, int told)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		uint8_t reply[IDCARD_REPLY_MAX];
		bool good;

		(void)!write(told, "", 1);
		if (in_poll)
			good = poll(&p, 1, -1) == 1 && p.revents & POLLHUP;
		else
			good = read(fd, reply, sizeof(reply)) < 0 && errno == ENODEV;
		_exit(good ? 0 : 1);
	}
	return pid;
}

struct child {
	pid_t pid;
	int status;
};

static bool has_ended(void *context)
{
	struct child *c = context;

	return waitpid(c->pid, &c->status, WNOHANG) == c->pid;
}

static void raw_cycle(void)
{
	struct child children[2];
	int fd, told[2];
	char byte;

	sim("plug");
	wait_for_file("/dev/idcardraw0", 5000);
	fd = open("/dev/idcardraw0", O_RDWR | O_CLOEXEC);
	require(fd >= 0, "/dev/idcardraw0: %s", strerror(errno));
	require(pipe2(told, O_CLOEXEC) == 0, "no pipe");
	for (int i = 0; i < 2; i++) {
		children[i].pid = start_raw(fd, i, told[1]);
		require(read(told[0], &byte, 1) == 1, "the child did not start");
	}
	sim("unplug");
	for (int i = 0; i < 2; i++) {
		wait_until(has_ended, &children[i], 1000, i ? "poll() to return" : "read() to return");
		require(WIFEXITED(children[i].status) && WEXITSTATUS(children[i].status) == 0,
			"%s saw something else than the end", i ? "poll()" : "read()");
	}
	close(fd);
	close(told[0]);
	close(told[1]);
	wait_until(node_gone, NULL, 5000, "/dev/idcardraw0 to go");
}

void test_replug_raw(void)
{
	unsigned int cycles = rounds(CYCLES);

	services_stop();
	shell("systemctl mask --runtime --quiet idcardd.service");
	sim_start("split");
	for (unsigned int i = 0; i < cycles; i++)
		raw_cycle();
	shell("systemctl unmask --runtime --quiet idcardd.service");
}

/* While the daemon does not look, and its buffer is soon full. */
static void replug_unseen(pid_t pid)
{
	require(pid > 0 && kill(pid, SIGSTOP) == 0, "idcardd does not run");
	shell("udevadm trigger --subsystem-match=tty --settle");
	sim("unplug");
	sim("plug");
	shell("udevadm settle");
	kill(pid, SIGCONT);
}

/* So many events of udev at once that some are lost, those of the reader among them. */
void test_lost_events(void)
{
	struct lines *l;
	json_t *identity;

	services_stop();
	require(shell("sysctl -q net.core.rmem_max=2304 net.core.rmem_default=2304") == 0, "sysctl");
	sim_start("split");
	sim("plug");
	ready();
	shell("sysctl -q net.core.rmem_max=212992 net.core.rmem_default=212992");
	l = lines_open(4096);
	for (int i = 0; i < 4; i++) {
		replug_unseen(service_pid("idcardd.service"));
		sim("place resident");
		identity = json_loads(lines_next(l, 10000), 0, NULL);
		require(strcmp(get(identity, "id_number"), personas[0].number) == 0,
			"the wrong person");
		json_decref(identity);
		sim("lift");
	}
	require(shell("journalctl -q -b -u idcardd | grep -q 'too many events'") == 0,
		"no event was lost: nothing was tested");
	/* The next daemon has a buffer again. */
	services_stop();
}

static bool was_read(void *context)
{
	return strcasestr(sim("status"), "state=read") != NULL;
}

void test_daemon_killed(void)
{
	struct lines *l;
	struct stat before, after;
	uint64_t start;
	json_t *identity;
	pid_t pid;

	sim_start("split");
	sim("plug");
	ready();
	l = lines_open(4096);
	require(stat("/dev/idcard", &before) == 0, "no /dev/idcard");
	/* The SAM reads, and its answer does not come before the end. */
	sim("fault silence command=30.01");
	sim("place resident");
	wait_until(was_read, NULL, 5000, "the card to be read");
	pid = service_pid("idcardd.service");
	require(pid > 0 && kill(pid, SIGKILL) == 0, "idcardd does not run");
	sim("lift");
	sim("place hmt_permit");
	start = now_usec();
	identity = json_loads(lines_next(l, 3000), 0, NULL);
	suite_note("next line after %.0f ms", (double)(now_usec() - start) / 1e3);
	require(strcmp(get(identity, "id_number"), personas[3].number) == 0, "the wrong person");
	json_decref(identity);
	require(stat("/dev/idcard", &after) == 0 && before.st_rdev == after.st_rdev &&
		before.st_ino == after.st_ino, "/dev/idcard was made anew");
	require(service_pid("idcardd.service") != pid, "idcardd was not restarted");
}

/* The same, and the card stays: read by the next daemon, and not once more by the one after it. */
void test_daemon_killed_card_stays(void)
{
	struct lines *l;
	json_t *identity;
	pid_t pid;

	sim_start("split");
	sim("plug");
	ready();
	l = lines_open(4096);
	sim("fault silence command=30.01");
	sim("place resident");
	wait_until(was_read, NULL, 5000, "the card to be read");
	pid = service_pid("idcardd.service");
	require(pid > 0 && kill(pid, SIGKILL) == 0, "idcardd does not run");
	identity = json_loads(lines_next(l, 10000), 0, NULL);
	require(strcmp(get(identity, "id_number"), personas[0].number) == 0, "the wrong person");
	json_decref(identity);
	pid = service_pid("idcardd.service");
	require(pid > 0 && kill(pid, SIGKILL) == 0, "idcardd does not run");
	require(lines_silent(l, 5000), "a second line for the same placement");
	lift();
	sim("place resident");
	json_decref(json_loads(lines_next(l, 10000), 0, NULL));
}
