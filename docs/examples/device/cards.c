/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/idcard: name and number of each card.
 * cc cards.c $(pkg-config --cflags --libs jansson)
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first of two fields that the card has: foreigners may have no Chinese name. */
static const char *field(const json_t *card, const char *one, const char *other)
{
	const char *text = json_string_value(json_object_get(card, one));

	if (!text)
		text = json_string_value(json_object_get(card, other));
	return text ? text : "-";
}

static void show(const char *line)
{
	json_t *card = json_loads(line, 0, NULL);

	printf("%s %s\n", field(card, "name", "name_latin"),
	       field(card, "id_number", "passport_number"));
	fflush(stdout);
	json_decref(card);
}

/* Until it ends, which it does not when the reader is unplugged or the daemon starts anew. */
static void watch(FILE *lines)
{
	char *line = NULL;
	size_t size = 0;

	for (;;) {
		errno = 0;
		if (getline(&line, &size, lines) > 0)
			show(line);
		else if (errno == EINTR || errno == EOVERFLOW)
			clearerr(lines);	/* the computer slept; lines were lost */
		else
			break;
	}
	free(line);
}

int main(int argc, char **argv)
{
	const char *node = argc > 1 ? argv[1] : "/dev/idcard";
	FILE *lines;

	while ((lines = fopen(node, "r"))) {
		watch(lines);
		fclose(lines);
		sleep(1);
	}
	fprintf(stderr, "%s: %s. Plug in the reader, and look at: idcardctl doctor\n", node,
		strerror(errno));
	return 1;
}
