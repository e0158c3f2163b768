// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs that come while cards are read, want this and that, read or do not, and are killed. */
#include "chaos.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base64.h"
#include "util.h"

enum { EXIT_WRONG = 7, PATIENCE_MS = 12000 };

static idcard_client *connect_client(void)
{
	idcard_client *c = NULL;

	while (idcard_client_open(NULL, &c) < 0)
		poll(NULL, 0, 100);
	return c;
}

/* Takes whatever comes, with wishes of its own. */
static void watch(const char *options, bool reads)
{
	for (;;) {
		idcard_client *c = connect_client();
		char request[128];
		const char *line;

		snprintf(request, sizeof(request), "{\"class\":\"WATCH\"%s}", options);
		idcard_client_send(c, request);
		while (reads && idcard_client_receive(c, -1, &line) >= 0)
			;
		if (!reads)
			pause();
		idcard_client_close(c);
	}
}

static void read_one_by_one(void)
{
	for (;;) {
		idcard_client *c = connect_client();
		const char *line;

		while (idcard_client_send(c, "{\"class\":\"READ\",\"timeout\":3}") == 0 &&
		       idcard_client_receive(c, PATIENCE_MS, &line) > 0)
			;
		idcard_client_close(c);
	}
}

static void open_node(bool reads)
{
	int fd = open("/dev/idcard", O_RDONLY | O_CLOEXEC);
	char buffer[100];

	while (reads &&
	       (read(fd, buffer, sizeof(buffer)) > 0 || errno == EINTR || errno == EOVERFLOW))
		;
	pause();
}

/* One exchange; the size of the reply, or -1 when there is none. */
static ssize_t exchange(idcard_client *c, uint8_t command, uint8_t parameter, uint8_t *ret,
			size_t size)
{
	const uint8_t frame[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 3, command, parameter,
				  3 ^ command ^ parameter };
	char text[BASE64_SIZE(sizeof(frame))], request[128];
	const char *line;
	ssize_t n = -1;

	base64_encode(frame, sizeof(frame), text);
	snprintf(request, sizeof(request), "{\"class\":\"EXCHANGE\",\"id\":1,\"frame\":\"%s\"}", text);
	if (idcard_client_send(c, request) < 0)
		return -1;
	while (n < 0 && idcard_client_receive(c, PATIENCE_MS, &line) > 0) {
		json_t *object = json_loads(line, 0, NULL);

		if (strcmp(get(object, "class"), "EXCHANGE") == 0)
			n = base64_decode(get(object, "frame"), ret, size);
		else if (json_object_get(object, "id"))
			n = 0;
		json_decref(object);
	}
	return n > 9 ? n : -1;
}

/* The number in a name of UTF-16. */
static long serial_of(const uint8_t *text)
{
	static const uint16_t digits[] = { 0x96f6, 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d,
					   0x4e03, 0x516b, 0x4e5d };
	long serial = 0;

	for (int i = 0; i < 7; i++) {
		uint16_t unit = text[4 + 2 * i] | text[5 + 2 * i] << 8;
		size_t d = 0;

		while (d < ELEMENTSOF(digits) && digits[d] != unit)
			d++;
		serial = serial * 10 + (long)(d % ELEMENTSOF(digits));
	}
	return serial;
}

/* What a claim read: text and portrait of one card, and of none that was gone before it asked. */
static void check_claim(const struct chaos *c, unsigned int lane, unsigned int since,
			const uint8_t *frame)
{
	enum { TEXT = 14, TYPE = 248, PORTRAIT = TEXT + 256 };
	bool foreigner = frame[TEXT + TYPE] == 'I';
	long serial = serial_of(frame + TEXT + (foreigner ? 158 : 0));
	long portrait =
		frame[PORTRAIT + 11] | frame[PORTRAIT + 12] << 8 | frame[PORTRAIT + 13] << 16;

	if (serial != portrait || serial / CHAOS_CARDS < (long)since ||
	    serial / CHAOS_CARDS % c->n_lanes != (long)lane) {
		dprintf(STDOUT_FILENO, "# a claim of reader %u at placement %u: text %ld, portrait %ld\n",
			lane, since, serial, portrait);
		_exit(EXIT_WRONG);
	}
	c->shared->claims++;
}

static void claim(const struct chaos *c, unsigned int lane, bool again)
{
	for (;;) {
		idcard_client *client = connect_client();
		uint8_t reply[4096];
		char request[128];

		snprintf(request, sizeof(request),
			 "{\"class\":\"CLAIM\",\"reader\":\"%s\",\"repeat\":%s}",
			 c->lanes[lane].name, again ? "true" : "false");
		idcard_client_send(client, request);
		for (;;) {
			unsigned int since = c->shared->placement[lane];
			ssize_t n = exchange(client, 0x20, 0x01, reply, sizeof(reply));

			if (n < 0)
				break;
			if (reply[9] != 0x9f)
				continue;
			exchange(client, 0x20, 0x02, reply, sizeof(reply));
			n = exchange(client, 0x30, 0x01, reply, sizeof(reply));
			if (n > 1290)
				check_claim(c, lane, since, reply);
		}
		idcard_client_close(client);
		poll(NULL, 0, 200);
	}
}

static void play(const struct chaos *c, unsigned int kind)
{
	static const char *const options[] = {
		"", ",\"fingerprint\":true", ",\"new_address\":true", ",\"repeat\":true",
		",\"portrait\":\"jpeg\"", ",\"fingerprint\":true,\"new_address\":true",
	};
	unsigned int more = kind / 8;

	switch (kind % 8) {
	case 0:
	case 1:
		return watch(options[more % ELEMENTSOF(options)], true);
	case 2:
		return watch(",\"portrait\":\"wlt\",\"repeat\":true", false);
	case 3:
		return read_one_by_one();
	case 4:
		return open_node(more % 2);
	default:
		return claim(c, more % c->n_lanes, more / 16 % 2);
	}
}

void crowd_change(struct chaos *c, unsigned int which, unsigned int kind)
{
	pid_t *pid = &c->crowd[which];

	if (*pid > 0) {
		crowd_check(c);
		kill(*pid, SIGKILL);
		waitpid(*pid, NULL, 0);
		c->figures.crowd_kills++;
	}
	fflush(stdout);
	*pid = fork();
	if (*pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		play(c, kind);
		_exit(1);
	}
	require(*pid > 0, "fork: %s", strerror(errno));
}

void crowd_start(struct chaos *c)
{
	uint64_t s = c->seed;

	for (unsigned int i = 0; i < CHAOS_CROWD; i++)
		crowd_change(c, i, chaos_below(&s, 256));
}

/* None of them ends of its own will, but one that got a wrong person. */
void crowd_check(struct chaos *c)
{
	for (unsigned int i = 0; i < CHAOS_CROWD; i++) {
		int status;

		if (c->crowd[i] <= 0 || waitpid(c->crowd[i], &status, WNOHANG) <= 0)
			continue;
		c->crowd[i] = 0;
		require(WIFEXITED(status) && WEXITSTATUS(status) != EXIT_WRONG,
			"a claim has a mixed or a wrong person");
	}
	c->figures.crowd_claims = c->shared->claims;
}

void crowd_stop(struct chaos *c)
{
	for (unsigned int i = 0; i < CHAOS_CROWD; i++) {
		if (c->crowd[i] <= 0)
			continue;
		kill(c->crowd[i], SIGKILL);
		waitpid(c->crowd[i], NULL, 0);
		c->crowd[i] = 0;
	}
}
