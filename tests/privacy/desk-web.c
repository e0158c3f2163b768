// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs that ask idcard-web. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/privacy/desk.h"
#include "util.h"

enum { FRAME_TEXT = 0x81, FRAME_MASK = 0x80 };

static int ask(const char *line, const char *port, const char *more)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return safe_close(fd);
	dprintf(fd, "%s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n%s\r\n", line, port, more);
	return fd;
}

int desk_http(char **arguments)
{
	_cleanup_close_ int fd = ask(arguments[0], arguments[1], "Connection: close\r\n");
	size_t size = 0;
	ssize_t n;

	while (fd >= 0 && (n = read(fd, desk_buffer + size, DESK_BUFFER - size)) > 0)
		size += (size_t)n;
	if (size < 12)
		return 1;
	dprintf(STDOUT_FILENO, "%.3s\n", (char *)desk_buffer + 9);
	desk_took(desk_buffer, size, "ertNumber\" : \"1");
	return 0;
}

/* The marker's number, entered by a page of the service itself. */
int desk_enter(char **arguments)
{
	char more[192], body[64];
	const char *number = desk_find(arguments[0], "marker", "id_number");
	_cleanup_close_ int fd = -1;
	ssize_t n;

	if (!number)
		return 1;
	snprintf(body, sizeof(body), "{\"text\":\"%.18s\"}", number);
	snprintf(more, sizeof(more), "Connection: close\r\nContent-Type: application/json\r\n"
		 "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
	fd = ask("POST /v1/enter", arguments[1], more);
	explicit_bzero(more, sizeof(more));
	explicit_bzero(body, sizeof(body));
	n = fd < 0 ? -1 : read(fd, desk_buffer, DESK_BUFFER);
	if (n > 12)
		dprintf(STDOUT_FILENO, "%.3s\n", (char *)desk_buffer + 9);
	explicit_bzero(desk_buffer, DESK_BUFFER);
	return n > 12 ? 0 : 1;
}

/* Whatever comes, until the end; of an identity in pieces the first says what it is. */
static int take_all(int fd)
{
	ssize_t n;

	desk_say("ready");
	while ((n = read(fd, desk_buffer, DESK_BUFFER)) > 0)
		desk_took(desk_buffer, (size_t)n,
			  memmem(desk_buffer, (size_t)n, "certNo", 6) ? "certNo" : "\"id_number\"");
	return 0;
}

int desk_stream(char **arguments)
{
	_cleanup_close_ int fd = ask(arguments[0], arguments[1], "");

	return fd < 0 ? 1 : take_all(fd);
}

/* A masked frame of a short text; the mask is zero. */
static int send_text(int fd, const char *text)
{
	uint8_t frame[6 + 125] = { FRAME_TEXT, (uint8_t)(FRAME_MASK | strlen(text)) };

	if (strlen(text) > 125)
		return -1;
	memcpy(frame + 6, text, strlen(text));
	return write(fd, frame, 6 + strlen(text)) < 0 ? -1 : 0;
}

int desk_socket(char **arguments)
{
	char line[64];
	_cleanup_close_ int fd = -1;

	snprintf(line, sizeof(line), "GET %s", *arguments[0] == '/' ? arguments[0] : "/");
	fd = ask(line, arguments[1],
		 "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
	if (fd < 0 || (*arguments[0] != '/' && send_text(fd, arguments[0]) < 0))
		return 1;
	return take_all(fd);
}
