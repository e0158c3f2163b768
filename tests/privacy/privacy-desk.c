// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * privacy-desk ROLE [ARGUMENT...]: the programs of others, each of which uses one way out. What
 * they are given they keep in locked memory and wipe: what is found afterwards is not theirs.
 *
 *	node			read lines from /dev/idcard
 *	sink			read standard input, as a program that a card is typed into
 *	http LINE PORT		one request; prints its status
 *	enter NEEDLES PORT	enter the marker's number
 *	stream LINE PORT	a request whose reply does not end
 *	socket TEXT PORT	a WebSocket, to which TEXT is sent if there is any
 *	libidcard, sdt, termb	a program with that library
 *	keyboard NEEDLES	a scanner that types the marker's number for each line of input
 *	field NEEDLES PERSONA KEY	print what a persona says
 *	peek PID		try to read the memory of another; prints what it got
 *	hold NEEDLES		the control: a program that takes no care
 *	screen N		show a virtual console
 *
 * Those that get cards print "read" for each.
 */
#include "tests/privacy/desk.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

uint8_t *desk_buffer;

void desk_say(const char *word)
{
	dprintf(STDOUT_FILENO, "%s\n", word);
}

void desk_took(const void *data, size_t size, const char *what)
{
	if (memmem(data, size, what, strlen(what)))
		desk_say("read");
	explicit_bzero(desk_buffer, DESK_BUFFER);
}

static const struct role {
	const char *name;
	int arguments;
	int (*run)(char **arguments);
} roles[] = {
	{ "node", 0, desk_node },	    { "sink", 0, desk_sink },
	{ "http", 2, desk_http },	    { "enter", 2, desk_enter },
	{ "stream", 2, desk_stream },
	{ "socket", 2, desk_socket },	    { "libidcard", 0, desk_libidcard },
	{ "sdt", 0, desk_sdt },		    { "termb", 0, desk_termb },
	{ "keyboard", 1, desk_keyboard },   { "field", 3, desk_field },
	{ "peek", 1, desk_peek },	    { "hold", 1, desk_hold },
	{ "screen", 1, desk_screen },
};

int main(int argc, char **argv)
{
	desk_buffer = mmap(NULL, DESK_BUFFER, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	if (desk_buffer == MAP_FAILED || mlock(desk_buffer, DESK_BUFFER) < 0 ||
	    madvise(desk_buffer, DESK_BUFFER, MADV_DONTDUMP) < 0) {
		perror("privacy-desk: locked memory");
		return 2;
	}
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (argc > 1 && argc == 2 + roles[i].arguments &&
		    strcmp(argv[1], roles[i].name) == 0)
			return roles[i].run(argv + 2);
	fprintf(stderr, "privacy-desk: no such role\n");
	return 2;
}
