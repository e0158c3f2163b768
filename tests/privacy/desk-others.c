// SPDX-License-Identifier: GPL-2.0-or-later
/* Who wants to know what another knows, and who does not care who knows what it knows. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/privacy/desk.h"
#include "tests/privacy/needles.h"
#include "util.h"

static int can_open(const char *pid, const char *file, int mode)
{
	_cleanup_close_ int fd = -1;
	char path[64], byte;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, file);
	fd = open(path, mode | O_CLOEXEC);
	return fd >= 0 && (strcmp(file, "mem") == 0 || read(fd, &byte, 1) >= 0);
}

/* The stack is where the address of its own stack says, give or take: any address will do. */
static int can_read(pid_t pid)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) >= 0 || errno == EFAULT;
}

int desk_peek(char **arguments)
{
	static const char *const files[] = { "mem", "maps", "environ", "auxv", "syscall" };
	pid_t pid = atoi(arguments[0]);
	unsigned int n = 0;

	for (size_t i = 0; i < ELEMENTSOF(files); i++)
		if (can_open(arguments[0], files[i], O_RDONLY)) {
			desk_say(files[i]);
			n++;
		}
	if (can_read(pid)) {
		desk_say("process_vm_readv");
		n++;
	}
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0) {
		desk_say("ptrace");
		n++;
	}
	return n > 0;
}

/* In ordinary memory, and a core file of it allowed; until it is ended. */
int desk_hold(char **arguments)
{
	uint8_t *persona = malloc(PERSONA_SIZE);
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_CORE, &all);
	if (!persona || needles_persona(arguments[0], "marker", persona) < 0)
		return 1;
	desk_say("ready");
	pause();
	return 0;
}
