// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A stand-in for idcardd that says what it is told: for the tests of its clients. The persons are
 * invented.
 *
 *	fake-hub SOCKET [--greet ok|deny|silent|other-version|junk] [--error CODE] [--reply JSON]
 *		[--no-readers]
 *
 * --error CODE: READ and ENTER are answered with this error.
 * --reply JSON: READ is answered with this.
 * Commands on standard input, one a line:
 *
 *	publish LINE	to everybody who watches
 *	identities N	N of them, of different sizes, with seq from 1 on over all commands
 *	large N		one of more than N bytes
 *	drop		closes all connections
 *	watchers	prints how many watch
 *	last		prints the last request
 *	quit
 */
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "errors.h"
#include "stream.h"
#include "util.h"

enum { CLIENTS_MAX = 64 };

struct client {
	struct stream stream;
	bool watches;
};

struct hub {
	const char *path, *greet, *error, *reply;
	char last[1024];	/* request */
	bool readers;
	int listener;
	struct client clients[CLIENTS_MAX];
	unsigned long long seq;
	bool quit;
};

static const char resident[] =
	"{\"class\":\"IDENTITY\",\"schema\":1,\"seq\":1,\"time\":\"2026-01-31T14:03:22+08:00\",\"source\":\"card\","
	"\"reader\":{\"name\":\"usb-1-2\"},\"card_type\":\"resident\",\"name\":\"测试甲\",\"sex\":\"male\",\"sex_code\":\"1\","
	"\"ethnicity\":\"汉\",\"ethnicity_code\":\"01\",\"birth_date\":\"1900-01-01\","
	"\"address\":\"北京市东城区示例路1号\",\"id_number\":\"110101190001010014\",\"id_number_valid\":true,"
	"\"authority\":\"示例市公安局示例分局\",\"valid_from\":\"2020-01-01\",\"valid_until\":null,"
	"\"valid_long_term\":true,\"expired\":false,\"warnings\":[\"checksum\",\"word-of-tomorrow\"],"
	"\"portrait\":{\"status\":\"off\"},\"field_of_tomorrow\":{\"a\":[1]}}";

static const char typed[] =
	"{\"class\":\"IDENTITY\",\"schema\":1,\"seq\":2,\"time\":\"2026-01-31T14:03:23+08:00\",\"source\":\"manual\","
	"\"card_type\":\"resident\",\"sex\":\"male\",\"id_number\":\"110101190001010014\"}";

static const char device[] =
	"{\"name\":\"usb-1-2\",\"transport\":\"usb\",\"path\":\"/dev/bus/usb/001/002\",\"state\":\"idle\","
	"\"sam_id\":\"05.03-20200101-0000012345-0000067890\"}";

static void forget(struct client *c)
{
	stream_close(&c->stream);
	c->watches = false;
}

static void tell(struct client *c, const char *line)
{
	if (stream_send(&c->stream, line, strlen(line)) < 0)
		forget(c);
}

static void publish(struct hub *hub, const char *line)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (hub->clients[i].watches)
			tell(&hub->clients[i], line);
}

static void publish_identities(struct hub *hub, int n)
{
	char line[1024], filler[331];

	memset(filler, 'x', sizeof(filler));
	while (n-- > 0) {
		hub->seq++;
		snprintf(line, sizeof(line),
			 "{\"class\":\"IDENTITY\",\"schema\":1,\"seq\":%llu,\"name\":\"测试甲\",\"filler\":\"%.*s\"}",
			 hub->seq, (int)(hub->seq * 97 % sizeof(filler)), filler);
		publish(hub, line);
	}
}

static void publish_large(struct hub *hub, int size)
{
	static char line[1 << 18];

	if (size > (int)sizeof(line) - 64)
		return;
	snprintf(line, sizeof(line), "{\"class\":\"IDENTITY\",\"filler\":\"%0*d\"}", size, 0);
	publish(hub, line);
}

static void reply(struct client *c, const char *text, const json_t *request)
{
	json_auto_t *object = json_loads(text, 0, NULL);
	json_t *id = json_object_get(request, "id");
	char *line;

	if (id)
		json_object_set(object, "id", id);
	line = json_dumps(object, JSON_COMPACT);
	tell(c, line);
	free(line);
}

static void reply_error(struct client *c, const char *code, const json_t *request)
{
	const char *message = idcard_error_text(idcard_error_from_code(code), false);
	char line[1024];

	snprintf(line, sizeof(line), "{\"class\":\"ERROR\",\"code\":\"%s\",\"message\":\"%s\"}", code,
		 message ? message : "Something new went wrong.");
	reply(c, line, request);
}

static void reply_devices(struct hub *hub, struct client *c, const json_t *request,
			  const char *class)
{
	char line[1024];

	snprintf(line, sizeof(line), "{\"class\":\"%s\",\"devices\":[%s],\"clients\":2,\"watchers\":1,"
		 "\"uptime\":90061,\"wakeups\":7,\"placements\":3}", class, hub->readers ? device : "");
	reply(c, line, request);
}

static void enter(struct hub *hub, struct client *c, const json_t *request)
{
	const char *text = json_string_value(json_object_get(request, "text"));

	if (!text || strcmp(text, "110101190001010014") != 0) {
		reply_error(c, "entry-checksum", request);
		return;
	}
	publish(hub, typed);
	reply(c, typed, request);
}

static void answer(struct hub *hub, struct client *c, const char *line)
{
	json_auto_t *request = json_loads(line, 0, NULL);
	const char *class = json_string_value(json_object_get(request, "class"));
	const json_t *enable = json_object_get(request, "enable");

	snprintf(hub->last, sizeof(hub->last), "%s", line);
	if (!class)
		reply_error(c, "bad-request", request);
	else if (strcmp(class, "WATCH") == 0) {
		c->watches = !json_is_false(enable);
		reply(c, c->watches ? "{\"class\":\"WATCH\",\"enable\":true}" :
		      "{\"class\":\"WATCH\",\"enable\":false}", request);
	} else if (strcmp(class, "DEVICES") == 0 || strcmp(class, "STATUS") == 0)
		reply_devices(hub, c, request, class);
	else if (strcmp(class, "VERSION") == 0)
		reply(c, "{\"class\":\"VERSION\",\"release\":\"9.8.7\",\"proto_major\":1,\"proto_minor\":0}",
		      request);
	else if (strcmp(class, "READ") != 0 && strcmp(class, "ENTER") != 0)
		reply_error(c, "unknown-class", request);
	else if (hub->error)
		reply_error(c, hub->error, request);
	else if (strcmp(class, "READ") == 0)
		reply(c, hub->reply ? hub->reply : resident, request);
	else
		enter(hub, c, request);
}

static void greet(struct hub *hub, struct client *c)
{
	if (strcmp(hub->greet, "ok") == 0)
		tell(c, "{\"class\":\"VERSION\",\"release\":\"9.8.7\",\"proto_major\":1,\"proto_minor\":4,"
		     "\"field_of_tomorrow\":null}");
	else if (strcmp(hub->greet, "other-version") == 0)
		tell(c, "{\"class\":\"VERSION\",\"release\":\"9.8.7\",\"proto_major\":2,\"proto_minor\":0}");
	else if (strcmp(hub->greet, "junk") == 0)
		tell(c, "220 mail.example ESMTP");
	else if (strcmp(hub->greet, "deny") == 0) {
		reply_error(c, "permission-denied", NULL);
		forget(c);
	}
}

static void take_connection(struct hub *hub)
{
	int fd = accept4(hub->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	for (size_t i = 0; fd >= 0 && i < CLIENTS_MAX; i++) {
		struct client *c = &hub->clients[i];

		if (c->stream.fd >= 0)
			continue;
		stream_open(&c->stream, fd);
		greet(hub, c);
		return;
	}
	safe_close(fd);
}

static void take_requests(struct hub *hub, struct client *c)
{
	size_t size;
	char *line;
	int r;

	stream_flush(&c->stream);
	r = stream_fill(&c->stream);
	while (c->stream.fd >= 0 && stream_next(&c->stream, &line, &size))
		if (strcmp(hub->greet, "ok") == 0)
			answer(hub, c, line);
	if (r < 0 && r != -EAGAIN)
		forget(c);
}

static void obey(struct hub *hub, char *line)
{
	unsigned int watchers = 0;

	if (strncmp(line, "publish ", 8) == 0)
		publish(hub, line + 8);
	else if (strncmp(line, "identities ", 11) == 0)
		publish_identities(hub, atoi(line + 11));
	else if (strncmp(line, "large ", 6) == 0)
		publish_large(hub, atoi(line + 6));
	else if (strcmp(line, "drop") == 0)
		for (size_t i = 0; i < CLIENTS_MAX; i++)
			forget(&hub->clients[i]);
	else if (strcmp(line, "quit") == 0)
		hub->quit = true;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		watchers += hub->clients[i].watches;
	if (strcmp(line, "watchers") == 0)
		printf("watchers %u\n", watchers);
	else if (strcmp(line, "last") == 0)
		printf("%s\n", hub->last);
	else
		printf("done %s\n", line);
	fflush(stdout);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || chmod(path, 0666) < 0 ||
	    listen(fd, 32) < 0)
		return safe_close(fd);
	return fd;
}

/* The commands come in lines; a line that is split comes whole with the next read. */
static void take_commands(struct hub *hub)
{
	static char text[65536];
	static size_t size;
	ssize_t n = read(STDIN_FILENO, text + size, sizeof(text) - 1 - size);
	char *end;

	if (n <= 0) {
		hub->quit = true;
		return;
	}
	size += n;
	while ((end = memchr(text, '\n', size))) {
		*end = '\0';
		obey(hub, text);
		size -= end + 1 - text;
		memmove(text, end + 1, size);
	}
}

static void serve(struct hub *hub)
{
	struct pollfd p[CLIENTS_MAX + 2];

	while (!hub->quit) {
		p[CLIENTS_MAX] = (struct pollfd){ .fd = hub->listener, .events = POLLIN };
		p[CLIENTS_MAX + 1] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
		for (size_t i = 0; i < CLIENTS_MAX; i++) {
			const struct stream *s = &hub->clients[i].stream;

			p[i] = (struct pollfd){ .fd = s->fd };
			p[i].events = s->out_size ? POLLIN | POLLOUT : POLLIN;
		}
		if (poll(p, ELEMENTSOF(p), -1) < 0)
			return;
		for (size_t i = 0; i < CLIENTS_MAX; i++)
			if (p[i].revents)
				take_requests(hub, &hub->clients[i]);
		if (p[CLIENTS_MAX].revents)
			take_connection(hub);
		if (p[CLIENTS_MAX + 1].revents)
			take_commands(hub);
	}
}

static int parse(struct hub *hub, int argc, char **argv)
{
	if (argc < 2)
		return -EINVAL;
	hub->path = argv[1];
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--no-readers") == 0)
			hub->readers = false;
		else if (strcmp(argv[i], "--greet") == 0 && i + 1 < argc)
			hub->greet = argv[++i];
		else if (strcmp(argv[i], "--error") == 0 && i + 1 < argc)
			hub->error = argv[++i];
		else if (strcmp(argv[i], "--reply") == 0 && i + 1 < argc)
			hub->reply = argv[++i];
		else
			return -EINVAL;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct hub hub = { .greet = "ok", .readers = true };

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		hub.clients[i].stream = STREAM_CLOSED;
	if (parse(&hub, argc, argv) < 0) {
		fputs("usage: fake-hub SOCKET [--greet WHAT] [--error CODE] [--reply JSON] [--no-readers]\n",
		      stderr);
		return 2;
	}
	hub.listener = listen_at(hub.path);
	if (hub.listener < 0) {
		perror(hub.path);
		return 1;
	}
	puts("listening");
	fflush(stdout);
	serve(&hub);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		forget(&hub.clients[i]);
	safe_close(hub.listener);
	unlink(hub.path);
	return 0;
}
