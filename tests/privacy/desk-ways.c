// SPDX-License-Identifier: GPL-2.0-or-later
/* Who reads /dev/idcard, who is typed into, and who scans. */
#include <errno.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <linux/vt.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/privacy/desk.h"
#include "tests/privacy/needles.h"
#include "util.h"

int desk_node(char **arguments)
{
	_cleanup_close_ int fd = open("/dev/idcard", O_RDONLY | O_CLOEXEC);
	size_t have = 0;
	ssize_t n;

	if (fd < 0)
		return 1;
	desk_say("ready");
	while ((n = read(fd, desk_buffer + have, DESK_BUFFER - have)) > 0) {
		have += (size_t)n;
		if (desk_buffer[have - 1] != '\n')
			continue;
		desk_took(desk_buffer, have, "\"IDENTITY\"");
		have = 0;
	}
	return 1;
}

int desk_sink(char **arguments)
{
	ssize_t n;

	desk_say("ready");
	while ((n = read(STDIN_FILENO, desk_buffer, DESK_BUFFER)) > 0)
		desk_took(desk_buffer, (size_t)n, "\n");
	return 0;
}

const char *desk_find(const char *needles, const char *persona, const char *key)
{
	int size = needles_persona(needles, persona, desk_buffer);
	char *line = (char *)desk_buffer, *end;

	if (size < 0 || size == PERSONA_SIZE)
		return NULL;
	desk_buffer[size] = '\0';
	for (; (end = strchr(line, '\n')); line = end + 1)
		if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':') {
			end[1] = '\0';
			return line + strlen(key) + 2;
		}
	return NULL;
}

int desk_field(char **arguments)
{
	const char *text = desk_find(arguments[0], arguments[1], arguments[2]);
	int good = text && write(STDOUT_FILENO, text, strlen(text)) == (ssize_t)strlen(text);

	explicit_bzero(desk_buffer, DESK_BUFFER);
	return good ? 0 : 1;
}

static int plug_keyboard(void)
{
	struct uinput_setup setup = {
		.id = { .bustype = BUS_USB, .vendor = 0x1a86, .product = 0x5456 },
		.name = "Marker Scanner",
	};
	int fd = open("/dev/uinput", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UI_SET_EVBIT, EV_KEY) < 0)
		return -1;
	for (int code = 1; code < KEY_MICMUTE; code++)
		ioctl(fd, UI_SET_KEYBIT, code);
	return ioctl(fd, UI_DEV_SETUP, &setup) < 0 || ioctl(fd, UI_DEV_CREATE) < 0 ? -1 : fd;
}

static int press(int fd, char c)
{
	struct input_event event = { .type = EV_KEY }, end = { .type = EV_SYN };
	int bad = 0;

	event.code = c >= '1' && c <= '9' ? KEY_1 + (c - '1') : c == '0' ? KEY_0 : KEY_ENTER;
	for (event.value = 1; event.value >= 0; event.value--)
		bad |= write(fd, &event, sizeof(event)) != sizeof(event) ||
		       write(fd, &end, sizeof(end)) != sizeof(end);
	explicit_bzero(&event, sizeof(event));
	poll(NULL, 0, 5);
	return bad;
}

int desk_keyboard(char **arguments)
{
	int fd = plug_keyboard(), bad = fd < 0;
	char line[8];

	desk_say("ready");
	while (!bad && fgets(line, sizeof(line), stdin)) {
		const char *number = desk_find(arguments[0], "marker", "id_number");

		for (; number && *number; number++)
			bad |= press(fd, *number);
		explicit_bzero(desk_buffer, DESK_BUFFER);
		desk_say("typed");
	}
	return bad;
}

int desk_screen(char **arguments)
{
	int fd = open("/dev/tty0", O_RDWR | O_NOCTTY | O_CLOEXEC);

	return fd < 0 || ioctl(fd, VT_ACTIVATE, atoi(arguments[0])) < 0 ||
	       ioctl(fd, VT_WAITACTIVE, atoi(arguments[0])) < 0;
}
