// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compat-rig [--serial] [--decoder NAME] [--options TEXT] PROGRAM [ARGUMENT…]: runs a program in an
 * empty folder, with idcardd and a simulated reader around it (rig.h), and ends as it does.
 * $RIG_PRELOAD becomes LD_PRELOAD of the program.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"

static int run(char *const argv[])
{
	const char *preload = getenv("RIG_PRELOAD");
	int status = -1;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		if (preload)
			setenv("LD_PRELOAD", preload, 1);
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "serial", no_argument, NULL, 's' },
		{ "decoder", required_argument, NULL, 'd' },
		{ "options", required_argument, NULL, 'o' },
		{},
	};
	struct rig_setup setup = {};
	int c, status;

	while ((c = getopt_long(argc, argv, "+", longs, NULL)) >= 0) {
		if (c == 's')
			setup.transport = "serial";
		else if (c == 'd')
			setup.decoder = optarg;
		else if (c == 'o')
			setup.options = optarg;
		else
			return 2;
	}
	if (optind == argc)
		return 2;
	rig_start(&setup);
	status = run(argv + optind);
	if (rig_stop() != 0 && status == 0) {
		fprintf(stderr, "idcardd ended badly\n");
		status = 1;
	}
	return status;
}
