// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A stand-in for idcard-portrait that does what its name says, for idcardd must live with all of
 * it: the tests make links to it. Each run adds a byte to the file "runs" beside the link.
 *
 *	whole		a whole reply, with byte 100 of the block in the middle of the picture
 *	wait		the same, after somebody opened the FIFO "go" beside it for writing
 *	refused		the reply to that effect
 *	short, long, magic, result, trailing	a reply that is none
 *	exit, crash	a whole reply, and a bad end
 *	nothing		no reply
 *	deaf		a whole reply without a look at the block
 *	hang, half	nothing, or half a reply, for ever
 *	heir		a whole reply, and a child that keeps the pipe
 *	tidy		nothing for ever; asked to end, it adds a byte to "runs" and ends well
 *	stubborn	nothing for ever; asked to end, it does not
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/ramp.h"

enum { MIDDLE = (63 * PORTRAIT_WIDTH + 51) * 3 };

extern char **environ;

static struct {
	struct portrait_reply head;
	uint8_t rgb[PORTRAIT_RGB_SIZE + 1];
} reply = { .head = { .magic = PORTRAIT_REPLY_MAGIC, .result = PORTRAIT_OK } };

static int open_beside(const char *self, const char *name, int flags)
{
	char path[256];

	snprintf(path, sizeof(path), "%.*s/%s", (int)(strrchr(self, '/') - self), self, name);
	return open(path, flags, 0600);
}

/* Nothing of the daemon's came along; the fourth is "runs". */
static bool is_clean(void)
{
	sigset_t blocked;
	struct dirent *entry;
	DIR *dir = opendir("/proc/self/fd");
	int fds = 0;

	while (dir && (entry = readdir(dir)))
		fds += entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir);
	closedir(dir);
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	return fds == 4 && !environ[0] && !sigismember(&blocked, SIGTERM) &&
	       !sigismember(&blocked, SIGCHLD) && getpgrp() == getpid();
}

static bool take_block(void)
{
	uint8_t block[PORTRAIT_BLOCK_SIZE + 1];
	size_t size = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, block + size, sizeof(block) - size)) > 0)
		size += (size_t)n;
	if (size != PORTRAIT_BLOCK_SIZE || !portrait_block_valid(block))
		return false;
	memset(reply.rgb + MIDDLE, block[100], 3);
	return true;
}

static void put(size_t size)
{
	const uint8_t *p = (const uint8_t *)&reply;
	ssize_t n;

	for (; size; p += n, size -= (size_t)n) {
		n = write(STDOUT_FILENO, p, size);
		if (n <= 0)
			_exit(3);
	}
}

static int runs;

static void on_term(int signal)
{
	_exit(write(runs, ".", 1) != 1);
}

static void hang(void)
{
	for (;;)
		pause();
}

static int act(const char *self, const char *what)
{
	const size_t head = sizeof(reply.head), whole = head + PORTRAIT_RGB_SIZE;

	if (strcmp(what, "wait") == 0)
		(void)!open_beside(self, "go", O_RDONLY);
	if (strcmp(what, "magic") == 0)
		reply.head.magic++;
	if (strcmp(what, "result") == 0)
		reply.head.result = _PORTRAIT_RESULT_MAX;
	if (strcmp(what, "refused") == 0 || strcmp(what, "trailing") == 0)
		reply.head.result = PORTRAIT_REFUSED;
	if (strcmp(what, "tidy") == 0)
		signal(SIGTERM, on_term);
	if (strcmp(what, "stubborn") == 0)
		signal(SIGTERM, SIG_IGN);
	if (strcmp(what, "hang") == 0 || strcmp(what, "tidy") == 0 || strcmp(what, "stubborn") == 0)
		hang();
	if (strcmp(what, "nothing") == 0)
		return 0;
	if (strcmp(what, "refused") == 0)
		put(head);
	else if (strcmp(what, "half") == 0 || strcmp(what, "short") == 0)
		put(whole / 2);
	else
		put(strcmp(what, "long") == 0 ? whole + 1 : whole);
	if (strcmp(what, "half") == 0)
		hang();
	if (strcmp(what, "crash") == 0)
		raise(SIGKILL);
	if (strcmp(what, "heir") == 0 && fork() == 0)
		hang();
	return strcmp(what, "exit") == 0;
}

int main(int argc, char **argv)
{
	const char *what = strrchr(argv[0], '/') + 1;

	runs = open_beside(argv[0], "runs", O_WRONLY | O_CREAT | O_APPEND);
	if (runs < 0 || write(runs, ".", 1) != 1)
		return 2;
	ramp_make(reply.rgb);
	if (!is_clean())
		return 2;
	if (strcmp(what, "deaf") == 0)
		close(STDIN_FILENO);
	else if (strcmp(what, "nothing") != 0 && !take_block())
		return 2;
	return act(argv[0], what);
}
