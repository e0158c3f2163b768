// SPDX-License-Identifier: GPL-2.0-or-later
#include "hub-rig.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "access.h"
#include "tests/unit/vectors.h"

enum { DESK = 1000 };

sd_event *event;
struct hub *hub;
bool at_seat;
unsigned int entries, decodings, starts, calls, looked_at;
const void *called;
struct decoding *newest;
struct reader_want wanted;
unsigned int watchers;
int64_t clock_offset;
int64_t clock_stopped;

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static socklen_t address_size = sizeof(address);
static enum access next_access;
uid_t next_uid;
int64_t looking_takes;
static uint64_t seq;

enum access __wrap_access_of_peer(int fd, gid_t group, uid_t *ret_uid);
bool __wrap_access_at_seat(uid_t uid);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);
int __real_clock_gettime(clockid_t clock, struct timespec *ret);

enum access __wrap_access_of_peer(int fd, gid_t group, uid_t *ret_uid)
{
	looked_at++;
	if (clock_stopped)
		clock_stopped += looking_takes;
	*ret_uid = next_uid;
	return next_access;
}

bool __wrap_access_at_seat(uid_t uid)
{
	return at_seat;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	int r = __real_clock_gettime(clock, ret);
	int64_t usec = (int64_t)ret->tv_sec * 1000000 + ret->tv_nsec / 1000 + clock_offset;

	if (clock_stopped)
		usec = clock_stopped;

	ret->tv_sec = usec / 1000000;
	ret->tv_nsec = usec % 1000000 * 1000;
	return r;
}

static void on_want(const struct reader_want *want, void *userdata)
{
	wanted = *want;
}

static void on_watchers(unsigned int n, void *userdata)
{
	watchers = n;
}

static void on_read_again(const void *reader, void *userdata)
{
	called = reader;
	calls++;
}

static json_t *on_devices(void *userdata)
{
	return json_array();
}

int decoding_new(struct decoder *d, const uint8_t block[PORTRAIT_BLOCK_SIZE],
		 struct decoding **ret)
{
	struct decoding *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	g->refs = 1;
	decodings++;
	newest = *ret = g;
	return 0;
}

struct decoding *decoding_ref(struct decoding *g)
{
	g->refs++;
	return g;
}

struct decoding *decoding_unref(struct decoding *g)
{
	if (!g || --g->refs > 0)
		return NULL;
	decodings--;
	free(g);
	return NULL;
}

bool decoding_is_of(const struct decoding *g, const uint8_t block[PORTRAIT_BLOCK_SIZE])
{
	return false;
}

void decoding_start(struct decoding *g)
{
	starts += !g->started;
	g->started = true;
}

bool decoding_done(const struct decoding *g)
{
	return g->done;
}

enum portrait_result decoding_result(const struct decoding *g)
{
	return g->done ? PORTRAIT_OK : PORTRAIT_FAULT;
}

const uint8_t *decoding_rgb(const struct decoding *g)
{
	return g->rgb;
}

static struct sighting *entry(enum identity_source source)
{
	const struct identity_envelope envelope = { .seq = ++seq, .today = { 2026, 1, 1 } };
	struct identity identity;
	struct sighting *s;

	assert_int_equal(identity_from_entry("110101190001010014", source, &envelope.today, &identity),
			 IDCARD_ERROR_NONE);
	assert_int_equal(sighting_new(&identity, &envelope, NULL, NULL, &s), 0);
	return s;
}

static enum idcard_error on_enter(const char *text, enum identity_source source,
				  struct sighting **ret, void *userdata)
{
	entries++;
	*ret = entry(source);
	return IDCARD_ERROR_NONE;
}

static int on_portrait(const uint8_t block[PORTRAIT_BLOCK_SIZE], struct sighting **ret,
		       void *userdata)
{
	const struct identity_envelope none = {};
	struct identity identity = { .card = true };

	memcpy(identity.portrait, block, PORTRAIT_BLOCK_SIZE);
	return sighting_new(&identity, &none, NULL, NULL, ret);
}

int set_up(void **state)
{
	static const struct hub_backend backend = {
		.want = on_want, .watchers = on_watchers, .devices = on_devices, .enter = on_enter,
		.portrait = on_portrait, .read_again = on_read_again,
	};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	at_seat = true;
	entries = starts = calls = looked_at = 0;
	called = NULL;
	wanted = (struct reader_want){};
	clock_offset = clock_stopped = looking_takes = 0;
	next_uid = DESK;
	seq = 0;
	assert_int_equal(sd_event_new(&event), 0);
	assert_int_equal(hub_new(event, &backend, &hub), 0);
	/* The kernel chooses an abstract name. */
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(sa_family_t)), 0);
	address_size = sizeof(address);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &address_size), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_true(hub_listen(hub, fd) >= 0);
	return 0;
}

int tear_down(void **state)
{
	hub = hub_free(hub);
	event = sd_event_unref(event);
	/* Whatever waited is gone. */
	assert_int_equal(decodings, 0);
	return 0;
}

void run(void)
{
	while (sd_event_run(event, 0) > 0)
		;
}

const char *received(int fd)
{
	static char text[512 * 1024];
	size_t size = 0;
	ssize_t n;

	run();
	while ((n = recv(fd, text + size, sizeof(text) - 1 - size, MSG_DONTWAIT)) > 0) {
		size += (size_t)n;
		/* There is room again for what the hub still had. */
		run();
	}
	if (n == 0 && size == 0)
		return NULL;
	text[size] = '\0';
	return text;
}

int knock(enum access access)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	next_access = access;
	assert_int_equal(connect(fd, (struct sockaddr *)&address, address_size), 0);
	return fd;
}

int client(enum access access)
{
	int fd = knock(access);

	assert_non_null(strstr(received(fd), "VERSION"));
	return fd;
}

const char *ask(int fd, const char *request)
{
	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	assert_int_equal(send(fd, "\n", 1, 0), 1);
	return received(fd);
}

struct decoding *place(bool again)
{
	const struct identity_envelope envelope = {
		.seq = ++seq, .reader = "usb-1-2", .today = { 2026, 1, 1 },
	};
	struct record record = {};
	struct identity identity;
	struct sighting *s;
	struct decoding *g;

	memcpy(record.text, vector_resident, sizeof(record.text));
	vector_portrait(record.portrait);
	identity_from_record(&record, &envelope.today, &identity);
	assert_int_equal(sighting_new(&identity, &envelope, NULL, NULL, &s), 0);
	g = newest;
	hub_publish_identity(hub, s, again);
	sighting_unref(s);
	return g;
}

void picture_comes(struct decoding *g)
{
	g->done = true;
	hub_pictures_ready(hub);
}

void watch(int fd, const char *portrait)
{
	char request[128];

	snprintf(request, sizeof(request), "{\"class\":\"WATCH\",\"portrait\":\"%s\"}", portrait);
	assert_non_null(strstr(ask(fd, request), "\"class\":\"WATCH\""));
}

void assert_parts(const char *text, ...)
{
	const char *part, *at = text;
	va_list ap;

	assert_non_null(text);
	va_start(ap, text);
	while ((part = va_arg(ap, const char *))) {
		const char *found = strstr(at, part);

		if (!found)
			fail_msg("no %s in: %s", part, at);
		at = found + strlen(part);
	}
	va_end(ap);
}
