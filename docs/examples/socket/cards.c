/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's socket: name and number of each card, and errors.
 * cc cards.c $(pkg-config --cflags --libs jansson)
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *text(const json_t *event, const char *field)
{
	return json_string_value(json_object_get(event, field));
}

static void show(const json_t *event)
{
	const char *kind = text(event, "class");
	const char *name = text(event, "name"), *number = text(event, "id_number");

	if (kind && !strcmp(kind, "ERROR"))
		fprintf(stderr, "%s\n", text(event, "message"));
	if (!kind || strcmp(kind, "IDENTITY") != 0)	/* there will be more: ignored */
		return;
	/* A field that the card does not have is absent: foreigners may have no Chinese name. */
	if (!name)
		name = text(event, "name_latin");
	if (!number)
		number = text(event, "passport_number");
	printf("%s %s\n", name ? name : "-", number ? number : "-");
	fflush(stdout);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		fprintf(stderr, "%s: %s; trying again\n", path, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

/* Until the daemon is gone. */
static void watch(FILE *daemon)
{
	json_t *event;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, daemon) > 0) {
		event = json_loads(line, 0, NULL);
		show(event);
		json_decref(event);
	}
	free(line);
}

int main(void)
{
	const char *path = getenv("IDCARD_SOCKET");

	for (;; sleep(1)) {
		int fd = connect_to(path ? path : "/run/idcard/socket");
		FILE *daemon = fd < 0 ? NULL : fdopen(fd, "r");

		if (daemon) {
			dprintf(fd, "{\"class\":\"WATCH\"}\n");
			watch(daemon);
			fclose(daemon);
		}
	}
}
