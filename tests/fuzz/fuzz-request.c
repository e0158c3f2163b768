// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a client may send to the daemon: the hub with a reader and a decoder that are played. Input:
 * the lines; of these "card" is a card on the reader, "again", "rest", "lift", "fail" and "gone" what
 * becomes of it, "ready" that its picture is decoded, and "long" a line that is longer than the
 * daemon takes.
 *
 * However the lines are made, each request is answered exactly once, and all that is sent is one
 * object a line.
 */
#include <jansson.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "access.h"
#include "fuzz.h"
#include "hub-internal.h"
#include "peer.h"
#include "portrait.h"
#include "secret.h"

enum {
	LINES_MAX = 202,	/* two more than a client may ask at once */
	PAUSE_MS = 2000,	/* and is then not listened to for a while */
	LINE_TOO_LONG = 160 * 1024,
	RECEIVED_MAX = 4 * 1024 * 1024,	/* more than the daemon keeps for one client */
};

/* The picture of a card, which is there when the input says so. */
struct decoding {
	unsigned int refs;
	bool started;
};

static bool ready;
static const uint8_t rgb[PORTRAIT_RGB_SIZE];

int decoding_new(struct decoder *d, const uint8_t block[PORTRAIT_BLOCK_SIZE], struct decoding **ret)
{
	*ret = calloc(1, sizeof(**ret));
	(*ret)->refs = 1;
	return 0;
}

struct decoding *decoding_ref(struct decoding *g)
{
	g->refs++;
	return g;
}

struct decoding *decoding_unref(struct decoding *g)
{
	if (g && --g->refs == 0)
		free(g);
	return NULL;
}

bool decoding_is_of(const struct decoding *g, const uint8_t block[PORTRAIT_BLOCK_SIZE])
{
	return false;
}

void decoding_start(struct decoding *g)
{
	g->started = true;
}

bool decoding_done(const struct decoding *g)
{
	return g->started && ready;
}

enum portrait_result decoding_result(const struct decoding *g)
{
	return decoding_done(g) ? PORTRAIT_OK : PORTRAIT_FAULT;
}

const uint8_t *decoding_rgb(const struct decoding *g)
{
	return decoding_done(g) ? rgb : NULL;
}

/* Everybody may have everything; who may is asked of the kernel, and of no line. */
gid_t access_group(void)
{
	return 0;
}

bool access_at_seat(uid_t uid)
{
	return true;
}

enum access access_of_peer(int fd, gid_t group, uid_t *ret_uid)
{
	*ret_uid = 0;
	return ACCESS_MEMBER;
}

static sd_event *event;
static struct hub *hub;
static const char usb;	/* the reader */
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static socklen_t address_size = sizeof(address);

static void on_want(const struct reader_want *want, void *userdata)
{
}

static json_t *on_devices(void *userdata)
{
	return json_pack("[{s:s, s:s}]", "name", "usb-1-2", "state", "idle");
}

static struct sighting *new_sighting(const struct identity *identity)
{
	const struct identity_envelope envelope = { .seq = 1, .reader = "usb-1-2", .today = fuzz_today };
	struct sighting *s = NULL;

	FUZZ_CHECK(sighting_new(identity, &envelope, NULL, NULL, &s) == 0);
	return s;
}

static enum idcard_error on_enter(const char *text, enum identity_source source,
				  struct sighting **ret, void *userdata)
{
	struct identity identity;
	enum idcard_error e = identity_from_entry(text, source, &fuzz_today, &identity);

	if (e == IDCARD_ERROR_NONE)
		*ret = new_sighting(&identity);
	return e;
}

static int on_portrait(const uint8_t block[PORTRAIT_BLOCK_SIZE], struct sighting **ret,
		       void *userdata)
{
	struct identity identity = { .card = true };

	memcpy(identity.portrait, block, PORTRAIT_BLOCK_SIZE);
	*ret = new_sighting(&identity);
	return 0;
}

static void on_read_again(const void *reader, void *userdata)
{
	FUZZ_CHECK(reader == &usb);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct hub_backend backend = {
		.want = on_want, .devices = on_devices, .enter = on_enter, .portrait = on_portrait,
		.read_again = on_read_again,
	};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	FUZZ_CHECK(sd_event_new(&event) >= 0 && hub_new(event, &backend, &hub) >= 0);
	/* The kernel chooses an abstract name. */
	FUZZ_CHECK(bind(fd, (struct sockaddr *)&address, sizeof(sa_family_t)) == 0);
	FUZZ_CHECK(getsockname(fd, (struct sockaddr *)&address, &address_size) == 0);
	FUZZ_CHECK(listen(fd, 8) == 0 && hub_listen(hub, fd) >= 0);
	return 0;
}

/* A client, what it has got that is no whole line yet, and the objects that it got. */
struct peer {
	int fd;
	char *text;
	size_t size;
	bool dropped;
	json_t *got;
};

static void receive(struct peer *p)
{
	char *newline;
	ssize_t n;

	while ((n = recv(p->fd, p->text + p->size, RECEIVED_MAX - p->size, MSG_DONTWAIT)) > 0)
		p->size += (size_t)n;
	FUZZ_CHECK(n == 0 || errno == EAGAIN);
	p->dropped |= n == 0;
	while ((newline = memchr(p->text, '\n', p->size))) {
		size_t line = (size_t)(newline - p->text);
		json_t *object = json_loadb(p->text, line, JSON_REJECT_DUPLICATES, NULL);

		FUZZ_CHECK(json_is_object(object));
		FUZZ_CHECK(json_is_string(json_object_get(object, "class")));
		json_array_append_new(p->got, object);
		p->size -= line + 1;
		memmove(p->text, newline + 1, p->size);
	}
}

static void run(struct peer *peers, size_t n)
{
	do
		for (size_t i = 0; i < n; i++)
			receive(&peers[i]);
	while (sd_event_run(event, 0) > 0);
}

/* Who asked too much is answered when the hub listens again. */
static void run_pause(struct peer *peers, size_t n, size_t answers)
{
	uint64_t end = now_usec() + PAUSE_MS * UINT64_C(1000);

	while (!peers[0].dropped && json_array_size(peers[0].got) < answers && now_usec() < end) {
		sd_event_run(event, PAUSE_MS * UINT64_C(1000));
		run(peers, n);
	}
}

static void join(struct peer *p)
{
	p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	p->got = json_array();
	FUZZ_CHECK(connect(p->fd, (struct sockaddr *)&address, address_size) == 0);
}

static void leave(struct peer *p)
{
	FUZZ_CHECK(p->size == 0 || p->dropped);
	safe_close(p->fd);
	json_decref(p->got);
}

static void say(struct peer *p, const char *data, size_t size)
{
	if (size && !p->dropped)
		FUZZ_CHECK(send(p->fd, data, size, MSG_NOSIGNAL) == (ssize_t)size);
}

static void happens(enum reader_event_kind kind)
{
	const struct reader_event e = { .kind = kind, .placement = true, .sam_status = 0x32 };

	hub_reader_event(hub, &usb, &e);
}

static void plug_in(void)
{
	static const uint8_t sam_id[16] = { 5, 0, 3, 0, 0xa5, 0x3a, 0x34, 1, 0x39, 0x30 };
	const struct hub_reader is = {
		.name = "usb-1-2", .sam_id = sam_id, .sam_status = 0x90, .looking = true,
	};

	hub_reader_changed(hub, &usb, &is);
	happens(READER_EVENT_EMPTY);
}

static void read_card(bool again)
{
	const struct record record = { .addresses_part = RECORD_READ };
	const struct reader_event e = {
		.kind = READER_EVENT_RECORD, .record = &record, .again = again,
	};

	hub_reader_event(hub, &usb, &e);
}

static void place_card(void)
{
	struct record record = { .portrait = { 'W', 'L', 102, 0, 126, 0 } };
	struct identity identity;
	struct sighting *s;

	happens(READER_EVENT_PLACED);
	read_card(false);
	identity_from_record(&record, &fuzz_today, &identity);
	s = new_sighting(&identity);
	hub_publish_identity(hub, s, false);
	hub_publish_identity(hub, s, true);
	sighting_unref(s);
}

/* Whoever still waits is answered: the picture comes, and the next card fails. */
static void settle(void)
{
	json_t *error = json_pack("{s:s, s:s}", "class", "ERROR", "code", "card-unreadable");

	ready = true;
	hub_pictures_ready(hub);
	hub_reader_gone(hub, &usb);
	hub_publish(hub, error);
	hub_publish_error(hub, error, true);
	json_decref(error);
}

static bool is_id(const json_t *id)
{
	return json_is_string(id) || json_is_integer(id);
}

static size_t count(const json_t *objects, const json_t *id)
{
	const json_t *object;
	size_t i, n = 0;

	json_array_foreach(objects, i, object) {
		const json_t *have = json_object_get(object, "id");

		n += id ? json_equal(have, id) : !is_id(have);
	}
	return n;
}

/* @asked: the requests as they were understood, or null for what is none. */
static void check_answers(const json_t *asked, const json_t *got)
{
	const json_t *request, *first = json_array_get(got, 0);
	bool events = false;
	size_t i;

	FUZZ_CHECK(strcmp(json_string_value(json_object_get(first, "class")), "VERSION") == 0);
	json_array_foreach(asked, i, request) {
		const json_t *id = json_object_get(request, "id");
		const char *class = json_string_value(json_object_get(request, "class"));

		events |= class && (strcmp(class, "WATCH") == 0 || strcmp(class, "READ") == 0);
		if (is_id(id))
			FUZZ_CHECK(count(got, id) == count(asked, id));
	}
	/* Without an id, replies cannot be told from events; the greeting is one more. */
	FUZZ_CHECK(count(got, NULL) >= count(asked, NULL) + 1);
	FUZZ_CHECK(events || count(got, NULL) == count(asked, NULL) + 1);
	FUZZ_CHECK(events || json_array_size(got) == json_array_size(asked) + 1);
}

/* One line, whole or in two pieces. */
static void ask(struct peer *peers, size_t n, const char *line, size_t size, json_t *asked)
{
	size_t cut = size > 20 ? size % 19 : size;
	json_t *request = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);

	json_array_append_new(asked, json_is_object(request) ? json_incref(request) : json_null());
	json_decref(request);
	say(&peers[0], line, cut);
	run(peers, n);
	say(&peers[0], line + cut, size - cut);
	say(&peers[0], "\n", 1);
}

/* Answered once, as a whole. */
static void ask_too_much(struct peer *peers, size_t n, json_t *asked)
{
	char *line = malloc(LINE_TOO_LONG);

	memset(line, ' ', LINE_TOO_LONG);
	for (size_t sent = 0; sent < LINE_TOO_LONG; sent += LINE_TOO_LONG / 4) {
		say(&peers[0], line + sent, LINE_TOO_LONG / 4);
		run(peers, n);
	}
	say(&peers[0], "\n", 1);
	json_array_append_new(asked, json_null());
	free(line);
}

static bool is(const char *line, size_t size, const char *word)
{
	return size == strlen(word) && memcmp(line, word, size) == 0;
}

static bool happens_here(const char *line, size_t size)
{
	return is(line, size, "again") || is(line, size, "rest") || is(line, size, "lift") ||
	       is(line, size, "fail") || is(line, size, "gone");
}

static void happen(const char *line, size_t size)
{
	if (is(line, size, "again"))
		read_card(true);
	else if (is(line, size, "gone"))
		hub_reader_gone(hub, &usb);
	else
		happens(is(line, size, "rest") ? READER_EVENT_RESTING :
			is(line, size, "lift") ? READER_EVENT_LIFTED : READER_EVENT_ERROR);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char everything[] = "{\"class\":\"WATCH\",\"portrait\":\"jpeg\",\"repeat\":true}\n";
	const char *p = (const char *)data, *end = p + size, *newline;
	static char room[2][RECEIVED_MAX];
	struct peer peers[2] = { { .text = room[0] }, { .text = room[1] } };
	json_t *asked = json_array();
	size_t cards = 0, lines = 0, length;

	ready = false;
	plug_in();
	join(&peers[0]);
	join(&peers[1]);
	say(&peers[1], everything, strlen(everything));
	for (; p < end && lines < LINES_MAX; p = newline + 1, lines++) {
		newline = memchr(p, '\n', (size_t)(end - p));
		if (!newline)
			newline = end;
		length = (size_t)(newline - p);
		if (is(p, length, "card")) {
			run(peers, 2);
			place_card();
			cards++;
		} else if (is(p, length, "ready")) {
			run(peers, 2);
			ready = true;
			hub_pictures_ready(hub);
		} else if (is(p, length, "long")) {
			ask_too_much(peers, 2, asked);
		} else if (happens_here(p, length)) {
			run(peers, 2);
			happen(p, length);
		} else {
			ask(peers, 2, p, length, asked);
		}
	}
	run(peers, 2);
	settle();
	run(peers, 2);
	if (lines > 200)
		run_pause(peers, 2, json_array_size(asked) + 1);
	/* More pictures at once than a client may have waiting end it. */
	FUZZ_CHECK(cards > 1 || !peers[0].dropped);
	if (!peers[0].dropped)
		check_answers(asked, peers[0].got);
	FUZZ_CHECK(json_array_size(peers[1].got) >= 4);
	leave(&peers[0]);
	leave(&peers[1]);
	while (sd_event_run(event, 0) > 0)
		;
	FUZZ_CHECK(!hub_watched(hub));
	/* What one input asked is not held against the next. */
	quotas_free(&hub->quotas);
	json_decref(asked);
	return 0;
}
