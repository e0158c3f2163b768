// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Identities of idcard.h from a daemon that is played by this program at the other end of a pair of
 * sockets. Linked with --wrap=free: no block that the library gives back may hold the person.
 */
#include "test.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libidcard-internal.h"
#include "util.h"

#define NAME "测试甲"
#define NUMBER "110101190001010014"
#define PORTRAIT "\"portrait\":{\"status\":\"ok\",\"format\":\"jpeg\",\"data\":\"Zm9vYmE=\"}"
#define IDENTITY(id)                                                                               \
	"{\"class\":\"IDENTITY\"," id "\"schema\":1,\"seq\":41,\"source\":\"card\","               \
	"\"reader\":{\"name\":\"usb-1-2\",\"sam_id\":\"05.03-20200101-0000012345-0000067890\"},"   \
	"\"card_type\":\"resident\",\"name\":\"" NAME "\",\"birth_date\":\"1900-01-01\","          \
	"\"new_address\":[\"示例市新地址路3号\",\"b\"],\"id_number\":\"" NUMBER "\","               \
	"\"id_number_valid\":true,\"valid_from\":\"20200101\",\"valid_until\":null,"               \
	"\"valid_long_term\":true,\"expired\":false,\"warnings\":[\"checksum\",[\"x\"],\"bad_sex\"]," \
	PORTRAIT ",\"fingerprints\":[{\"finger\":\"right_thumb\",\"quality\":70,\"data\":\"Zm9v\"},"  \
	"{\"finger\":\"left_thumb\",\"quality\":60}],\"huge\":99999999999999999999,"                \
	"\"field_of_tomorrow\":{\"a\":[\"later\"]}}\n"
#define WATCH_REPLY(n) "{\"class\":\"WATCH\",\"id\":\"libidcard-" n "\",\"enable\":true}\n"
#define CARD_REMOVED "{\"class\":\"ERROR\",\"code\":\"card-removed\",\"message\":\"m\",\"placement\":true}\n"

struct rig {
	idcard_client *client;
	int daemon;
	idcard_identity *identity;
};

/* Blocks that went back to the heap with the person in them. */
static unsigned int dirty;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
	if (p) {
		size_t n = malloc_usable_size(p);

		if (memmem(p, n, NAME, strlen(NAME)) || memmem(p, n, NUMBER, strlen(NUMBER)))
			dirty++;
	}
	__real_free(p);
}

static int setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	int pair[2];

	dirty = 0;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	rig->client = calloc(1, sizeof(*rig->client));
	rig->client->grace_ms = 20;
	stream_open(&rig->client->stream, pair[0]);
	rig->daemon = pair[1];
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	idcard_identity_free(rig->identity);
	idcard_client_close(rig->client);
	safe_close(rig->daemon);
	free(rig);
	return dirty;
}

static void serve(struct rig *rig, const char *text)
{
	assert_int_equal(send(rig->daemon, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* What the library sent since the last look. */
static void sent(struct rig *rig, const char *expected)
{
	char text[2048] = "";
	ssize_t n = recv(rig->daemon, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	assert_string_equal(text, expected);
}

/* A watch that is in force. */
static void watch(struct rig *rig)
{
	assert_int_equal(idcard_watch(rig->client, NULL), 0);
	sent(rig, "{\"class\":\"WATCH\",\"id\":\"libidcard-1\",\"enable\":true,\"portrait\":\"none\","
	     "\"portrait_scale\":1,\"fingerprint\":false,\"new_address\":false,"
	     "\"map_private_use\":false,\"repeat\":false}\n");
	serve(rig, WATCH_REPLY("1"));
}

static int next(struct rig *rig)
{
	rig->identity = idcard_identity_free(rig->identity);
	return idcard_next(rig->client, 0, &rig->identity);
}

static void one_identity(struct rig *rig)
{
	assert_int_equal(next(rig), 1);
	assert_string_equal(idcard_identity_get(rig->identity, "name"), NAME);
	assert_null(idcard_client_error_code(rig->client));
}

static void test_watch(void **state)
{
	struct rig *rig = *state;

	watch(rig);
	serve(rig, "{\"class\":\"DEVICE\",\"event\":\"added\"}\n{\"class\":\"CARD\",\"event\":\"placed\"}\n");
	assert_int_equal(next(rig), 0);
	serve(rig, IDENTITY("") IDENTITY(""));
	one_identity(rig);
	one_identity(rig);
	assert_int_equal(next(rig), 0);
}

static void test_watch_options(void **state)
{
	struct rig *rig = *state;
	struct idcard_options o = { .size = sizeof(o), .portrait = IDCARD_PORTRAIT_BMP,
				    .portrait_scale = 4, .fingerprint = 1, .new_address = 7,
				    .map_private_use = -1, .repeat = 1 };

	assert_int_equal(idcard_watch(rig->client, &o), 0);
	sent(rig, "{\"class\":\"WATCH\",\"id\":\"libidcard-1\",\"enable\":true,\"portrait\":\"bmp\","
	     "\"portrait_scale\":4,\"fingerprint\":true,\"new_address\":true,"
	     "\"map_private_use\":true,\"repeat\":true}\n");
}

/* The options of an older and of a newer program. */
static void test_options_size(void **state)
{
	struct { struct idcard_options o; int tomorrow; } newer = { .o.size = sizeof(newer) };
	struct idcard_options o = { .size = offsetof(struct idcard_options, portrait_scale),
				    .portrait = IDCARD_PORTRAIT_WLT, .portrait_scale = 99,
				    .repeat = 1 };
	struct rig *rig = *state;

	assert_int_equal(idcard_watch(rig->client, &o), 0);
	sent(rig, "{\"class\":\"WATCH\",\"id\":\"libidcard-1\",\"enable\":true,\"portrait\":\"wlt\","
	     "\"portrait_scale\":1,\"fingerprint\":false,\"new_address\":false,"
	     "\"map_private_use\":false,\"repeat\":false}\n");
	assert_int_equal(idcard_watch(rig->client, &newer.o), 0);
	newer.tomorrow = 1;
	assert_int_equal(idcard_watch(rig->client, &newer.o), -E2BIG);
	o.size = 1;
	assert_int_equal(idcard_watch(rig->client, &o), -EINVAL);
	o = (struct idcard_options){ .size = sizeof(o), .portrait_scale = 5 };
	assert_int_equal(idcard_watch(rig->client, &o), -EINVAL);
	o = (struct idcard_options){ .size = sizeof(o), .portrait = 4 };
	assert_int_equal(idcard_watch(rig->client, &o), -EINVAL);
	o.portrait = -1;
	assert_int_equal(idcard_read(rig->client, &o, 0, &rig->identity), -EINVAL);
}

/* Cards of an earlier watch, and replies to what nobody waits for, are nobody's. */
static void test_not_mine(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(idcard_watch(rig->client, NULL), 0);
	serve(rig, IDENTITY("") CARD_REMOVED WATCH_REPLY("7") IDENTITY(""));
	assert_int_equal(next(rig), 0);
	serve(rig, WATCH_REPLY("1") IDENTITY("\"id\":\"libidcard-0\",") IDENTITY("\"id\":7,")
	      IDENTITY("\"id\":\"libidcard-1\",")
	      "{\"class\":\"ERROR\",\"id\":\"libidcard-0\",\"code\":\"timed-out\"}\n");
	assert_int_equal(next(rig), 0);
	assert_null(rig->identity);
	serve(rig, IDENTITY(""));
	one_identity(rig);
}

/* Other options: what comes before the reply is still of the watch before. */
static void test_watch_again(void **state)
{
	struct rig *rig = *state;

	watch(rig);
	assert_int_equal(next(rig), 0);
	assert_int_equal(idcard_watch(rig->client, NULL), 0);
	serve(rig, IDENTITY("") WATCH_REPLY("2") IDENTITY(""));
	one_identity(rig);
	one_identity(rig);
	assert_int_equal(next(rig), 0);
}

static void test_unwatch(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(idcard_unwatch(rig->client), 0);
	assert_int_equal(next(rig), -EINVAL);
	watch(rig);
	serve(rig, IDENTITY(""));
	assert_int_equal(idcard_unwatch(rig->client), 0);
	sent(rig, "{\"class\":\"WATCH\",\"id\":\"libidcard-2\",\"enable\":false}\n");
	assert_int_equal(next(rig), -EINVAL);
	serve(rig, IDENTITY(""));
	assert_int_equal(idcard_watch(rig->client, NULL), 0);
	serve(rig, "{\"class\":\"WATCH\",\"id\":\"libidcard-2\",\"enable\":false}\n" WATCH_REPLY("3"));
	assert_int_equal(next(rig), 0);
}

static void test_watch_refused(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(idcard_watch(rig->client, NULL), 0);
	serve(rig, "{\"class\":\"ERROR\",\"id\":\"libidcard-1\",\"code\":\"too-many\",\"message\":\"m\"}\n");
	assert_int_equal(next(rig), -EUSERS);
	assert_string_equal(idcard_client_error_code(rig->client), "too-many");
	assert_int_equal(next(rig), -EINVAL);
	assert_null(idcard_client_error_code(rig->client));
}

static void test_errors(void **state)
{
	struct rig *rig = *state;
	idcard_client *c = rig->client;

	watch(rig);
	serve(rig, CARD_REMOVED IDENTITY(""));
	assert_int_equal(next(rig), -EIO);
	assert_string_equal(idcard_client_error_code(c), "card-removed");
	assert_ptr_equal(idcard_client_error_message(c, 0), idcard_message("card-removed", 0));
	assert_string_equal(idcard_client_error_message(c, 1), "读卡过程中证件被拿开。请重新放置证件,待姓名显示后再拿起。");
	one_identity(rig);
	assert_null(idcard_client_error_message(c, 0));

	serve(rig, "{\"class\":\"ERROR\",\"code\":\"code-of-tomorrow\",\"message\":\"Do this.\"}\n");
	assert_int_equal(next(rig), -EIO);
	assert_string_equal(idcard_client_error_code(c), "code-of-tomorrow");
	assert_string_equal(idcard_client_error_message(c, 0), "Do this.");
	assert_string_equal(idcard_client_error_message(c, 1), "Do this.");
	serve(rig, "{\"class\":\"ERROR\",\"code\":17}\n");
	assert_int_equal(next(rig), -EIO);
	assert_null(idcard_client_error_code(c));
	assert_null(idcard_message("code-of-tomorrow", 0));
	assert_null(idcard_message(NULL, 1));
}

/* A damaged line is no identity, and does not spoil the next one. */
static void test_malformed(void **state)
{
	static const struct { const char *line; int r; } lines[] = {
		{ "\n", -EBADMSG },
		{ "hello\n", -EBADMSG },
		{ "[]\n", -EBADMSG },
		{ "{}\n", -EBADMSG },
		{ "{\"class\":7}\n", -EBADMSG },
		{ "{\"class\":\"IDENTITY\",\"schema\":1\n", -EBADMSG },
		{ "{\"class\":\"IDENTITY\",\"schema\":1,\"name\":\"\xff\"}\n", -EBADMSG },
		{ "{\"class\":\"IDENTITY\",\"schema\":1,\"name\":\"a\",\"name\":\"b\"}\n", -EBADMSG },
		{ "{\"class\":\"IDENTITY\",\"schema\":1,\"portrait\":{\"data\":\"?\"}}\n", -EBADMSG },
		{ "{\"class\":\"IDENTITY\",\"schema\":1,\"fingerprints\":[{\"data\":1}]}\n", -EBADMSG },
		{ "{\"class\":\"IDENTITY\",\"schema\":2}\n", -EPROTO },
		{ "{\"class\":\"IDENTITY\",\"schema\":\"1\"}\n", -EPROTO },
		{ "{\"class\":\"IDENTITY\"}\n", -EPROTO },
		{ "{\"class\":\"TOMORROW\",\"schema\":\"1\"}\n", 0 },
	};
	struct rig *rig = *state;

	watch(rig);
	for (size_t i = 0; i < ELEMENTSOF(lines); i++) {
		serve(rig, lines[i].line);
		if (next(rig) != lines[i].r)
			fail_msg("%s", lines[i].line);
		assert_null(idcard_client_error_code(rig->client));
		serve(rig, IDENTITY(""));
		one_identity(rig);
	}
}

/* Half a line of a daemon that went is not an identity. */
static void test_gone(void **state)
{
	struct rig *rig = *state;

	watch(rig);
	serve(rig, IDENTITY("") "{\"class\":\"IDENTITY\",\"schema\":1");
	rig->daemon = safe_close(rig->daemon);
	one_identity(rig);
	assert_int_equal(next(rig), -EPIPE);
	assert_string_equal(idcard_client_error_code(rig->client), "no-daemon");
	assert_int_equal(next(rig), -EPIPE);
	assert_string_equal(idcard_client_error_code(rig->client), "no-daemon");
	assert_int_equal(idcard_read(rig->client, NULL, 0, &rig->identity), -EPIPE);
	assert_string_equal(idcard_client_error_code(rig->client), "no-daemon");
	assert_int_equal(idcard_watch(rig->client, NULL), -EPIPE);
	assert_int_equal(idcard_client_fd(rig->client), -1);
}

static void test_huge(void **state)
{
	_cleanup_free_ char *big = malloc(STREAM_LINE_MAX);
	struct rig *rig = *state;
	int r = 0;

	watch(rig);
	memset(big, ' ', STREAM_LINE_MAX);
	for (int i = 0; i < 100 && r == 0; i++) {
		send(rig->daemon, big, STREAM_LINE_MAX, MSG_NOSIGNAL);
		r = next(rig);
	}
	assert_int_equal(r, -EMSGSIZE);
	assert_int_equal(next(rig), -EPIPE);
}

static void test_timeout(void **state)
{
	struct rig *rig = *state;
	uint64_t begin = now_usec();

	watch(rig);
	/* what is not for the program does not make the time begin anew */
	serve(rig, "{\"class\":\"CARD\"}\n");
	assert_int_equal(idcard_next(rig->client, 30, &rig->identity), 0);
	assert_true(now_usec() - begin >= 30 * 1000);
}

/* As a program with a loop of its own does it. */
static void test_poll(void **state)
{
	struct rig *rig = *state;
	struct pollfd p = { .fd = idcard_client_fd(rig->client), .events = POLLIN };

	watch(rig);
	assert_int_equal(next(rig), 0);
	assert_int_equal(poll(&p, 1, 0), 0);
	serve(rig, IDENTITY("") IDENTITY(""));
	assert_int_equal(poll(&p, 1, 1000), 1);
	one_identity(rig);
	one_identity(rig);
	assert_int_equal(next(rig), 0);
	assert_int_equal(poll(&p, 1, 0), 0);
}

static void test_read(void **state)
{
	struct idcard_options o = { .size = sizeof(o), .portrait = IDCARD_PORTRAIT_JPEG };
	struct rig *rig = *state;

	serve(rig, "{\"class\":\"DEVICE\"}\n" IDENTITY("\"id\":\"libidcard-0\",")
	      IDENTITY("") IDENTITY("\"id\":\"libidcard-1\","));
	assert_int_equal(idcard_read(rig->client, &o, -1, &rig->identity), 0);
	sent(rig, "{\"class\":\"READ\",\"id\":\"libidcard-1\",\"timeout\":3600.000,\"portrait\":\"jpeg\","
	     "\"portrait_scale\":1,\"fingerprint\":false,\"new_address\":false,\"map_private_use\":false}\n");
	assert_string_equal(idcard_identity_get(rig->identity, "id"), "libidcard-1");
	assert_string_equal(idcard_identity_get(rig->identity, "name"), NAME);
	assert_null(idcard_client_error_code(rig->client));

	o.repeat = 1;
	assert_int_equal(idcard_read(rig->client, &o, 0, &rig->identity), -EINVAL);
}

static void test_read_errors(void **state)
{
	static const struct { const char *code; int r; } errors[] = {
		{ "no-reader", -ENODEV }, { "reader-busy", -EBUSY }, { "card-not-genuine", -EACCES },
		{ "card-not-id", -EPROTOTYPE }, { "reader-silent", -ETIMEDOUT },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < ELEMENTSOF(errors); i++) {
		char line[128];

		snprintf(line, sizeof(line), "{\"class\":\"ERROR\",\"id\":\"libidcard-%zu\",\"code\":\"%s\"}\n",
			 i + 1, errors[i].code);
		serve(rig, line);
		assert_int_equal(idcard_read(rig->client, NULL, -1, &rig->identity), errors[i].r);
		assert_string_equal(idcard_client_error_code(rig->client), errors[i].code);
		assert_null(rig->identity);
	}
	assert_int_equal(idcard_watch(rig->client, NULL), 0);
	assert_int_equal(idcard_read(rig->client, NULL, 0, &rig->identity), -EBUSY);
	assert_null(idcard_client_error_code(rig->client));
}

#define TIMED_OUT(n) "{\"class\":\"ERROR\",\"id\":\"libidcard-" n "\",\"code\":\"timed-out\"}\n"

/* The daemon's longest wait is an hour; a program may wait for ever. */
static void test_read_times(void **state)
{
	struct rig *rig = *state;

	serve(rig, TIMED_OUT("1") TIMED_OUT("2") IDENTITY("\"id\":\"libidcard-3\","));
	assert_int_equal(idcard_read(rig->client, NULL, -1, &rig->identity), 0);
	serve(rig, TIMED_OUT("4"));
	assert_int_equal(idcard_read(rig->client, NULL, 0, &rig->identity), -ETIMEDOUT);
	assert_string_equal(idcard_client_error_code(rig->client), "timed-out");
	assert_string_equal(idcard_identity_get(rig->identity, "name"), NAME);
}

/* A card that comes after all must not be given to whoever asks next. */
static void test_read_silent(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(idcard_read(rig->client, NULL, 1, &rig->identity), -ECONNREFUSED);
	assert_string_equal(idcard_client_error_code(rig->client), "no-daemon");
	assert_int_equal(send(rig->daemon, IDENTITY(""), 10, MSG_NOSIGNAL), -1);
	assert_int_equal(idcard_read(rig->client, NULL, 1, &rig->identity), -EPIPE);
}

static void test_read_malformed(void **state)
{
	struct rig *rig = *state;

	serve(rig, "{\"class\":\"IDENTITY\",\"id\":\"libidcard-1\"\n" IDENTITY("\"id\":\"libidcard-1\","));
	assert_int_equal(idcard_read(rig->client, NULL, 1, &rig->identity), -EBADMSG);
	assert_null(rig->identity);
	assert_int_equal(idcard_client_fd(rig->client), -1);
}

static void test_read_other_class(void **state)
{
	struct rig *rig = *state;

	serve(rig, "{\"class\":\"DEVICES\",\"id\":\"libidcard-1\"}\n");
	assert_int_equal(idcard_read(rig->client, NULL, 1, &rig->identity), -EBADMSG);
}

static void test_identity(void **state)
{
	struct rig *rig = *state;
	struct idcard_date d = {};
	idcard_identity *i;
	const void *bytes;
	int64_t n = 5;
	size_t size;

	watch(rig);
	serve(rig, IDENTITY(""));
	one_identity(rig);
	/* outlives the connection */
	rig->client = idcard_client_close(rig->client);
	i = rig->identity;
	assert_int_equal(strlen(idcard_identity_json(i)), strlen(IDENTITY("")) - 1);
	assert_memory_equal(idcard_identity_json(i), IDENTITY(""), strlen(IDENTITY("")) - 1);
	assert_string_equal(idcard_identity_get(i, "reader.name"), "usb-1-2");
	assert_string_equal(idcard_identity_get(i, "new_address.0"), "示例市新地址路3号");
	assert_string_equal(idcard_identity_get(i, "field_of_tomorrow.a.0"), "later");
	assert_string_equal(idcard_identity_get(i, "portrait.status"), "ok");
	assert_string_equal(idcard_identity_get(i, "fingerprints.1.finger"), "left_thumb");
	assert_null(idcard_identity_get(i, "portrait.data"));
	assert_null(idcard_identity_get(i, "valid_until"));
	assert_null(idcard_identity_get(i, "nonsense"));

	assert_int_equal(idcard_identity_boolean(i, "valid_long_term"), 1);
	assert_int_equal(idcard_identity_boolean(i, "expired"), 0);
	assert_int_equal(idcard_identity_boolean(i, "valid_until"), -ENODATA);
	assert_int_equal(idcard_identity_boolean(i, "nonsense"), -ENODATA);

	assert_int_equal(idcard_identity_integer(i, "seq", &n), 0);
	assert_int_equal(n, 41);
	assert_int_equal(idcard_identity_integer(i, "fingerprints.1.quality", &n), 0);
	assert_int_equal(n, 60);
	assert_int_equal(idcard_identity_integer(i, "huge", &n), -ERANGE);
	assert_int_equal(idcard_identity_integer(i, "name", &n), -ENODATA);
	assert_int_equal(idcard_identity_integer(i, "nonsense", &n), -ENODATA);
	assert_int_equal(n, 60);

	assert_int_equal(idcard_identity_date(i, "birth_date", &d), 0);
	assert_int_equal(d.year * 10000 + d.month * 100 + d.day, 19000101);
	assert_int_equal(idcard_identity_date(i, "valid_until", &d), -ENODATA);
	assert_int_equal(idcard_identity_date(i, "valid_from", &d), -EBADMSG);
	assert_int_equal(idcard_identity_date(i, "name", &d), -EBADMSG);

	assert_int_equal(idcard_identity_count(i, "warnings"), 3);
	assert_int_equal(idcard_identity_count(i, "fingerprints"), 2);
	assert_int_equal(idcard_identity_count(i, "name"), 0);
	assert_int_equal(idcard_identity_count(i, "nonsense"), 0);
	assert_string_equal(idcard_identity_get(i, "warnings.0"), "checksum");
	assert_int_equal(idcard_identity_warned(i, "checksum"), 1);
	assert_int_equal(idcard_identity_warned(i, "bad_sex"), 1);
	assert_int_equal(idcard_identity_warned(i, "x"), 0);
	assert_int_equal(idcard_identity_warned(i, "bad_date"), 0);

	bytes = idcard_identity_bytes(i, "portrait.data", &size);
	assert_int_equal(size, 5);
	assert_memory_equal(bytes, "fooba", 5);
	bytes = idcard_identity_bytes(i, "fingerprints.0.data", &size);
	assert_int_equal(size, 3);
	assert_memory_equal(bytes, "foo", 3);
	assert_null(idcard_identity_bytes(i, "fingerprints.1.data", &size));
	assert_null(idcard_identity_bytes(i, "name", &size));
}

static void test_no_arguments(void **state)
{
	struct rig *rig = *state;
	idcard_client *c = rig->client;
	struct idcard_date d;
	const char *line;
	int64_t n;
	size_t size;

	assert_int_equal(idcard_client_open("/nonexistent", NULL), -EINVAL);
	assert_true(idcard_client_fd(NULL) < 0);
	assert_null(idcard_client_release(NULL));
	assert_int_equal(idcard_client_send(NULL, "{}"), -EINVAL);
	assert_int_equal(idcard_client_send(c, NULL), -EINVAL);
	assert_int_equal(idcard_client_receive(NULL, 0, &line), -EINVAL);
	assert_int_equal(idcard_client_receive(c, 0, NULL), -EINVAL);
	assert_null(idcard_client_error_code(NULL));
	assert_null(idcard_client_error_message(NULL, 0));
	assert_int_equal(idcard_watch(NULL, NULL), -EINVAL);
	assert_int_equal(idcard_unwatch(NULL), -EINVAL);
	assert_int_equal(idcard_next(NULL, 0, &rig->identity), -EINVAL);
	assert_int_equal(idcard_next(c, 0, NULL), -EINVAL);
	assert_int_equal(idcard_read(NULL, NULL, 0, &rig->identity), -EINVAL);
	assert_int_equal(idcard_read(c, NULL, 0, NULL), -EINVAL);
	assert_null(idcard_identity_free(NULL));
	assert_null(idcard_identity_json(NULL));
	assert_null(idcard_identity_get(NULL, "name"));
	assert_int_equal(idcard_identity_boolean(NULL, "expired"), -ENODATA);
	assert_int_equal(idcard_identity_integer(NULL, "seq", &n), -ENODATA);
	assert_int_equal(idcard_identity_date(NULL, "birth_date", &d), -ENODATA);
	assert_int_equal(idcard_identity_count(NULL, "warnings"), 0);
	assert_int_equal(idcard_identity_warned(NULL, "checksum"), 0);
	assert_null(idcard_identity_bytes(NULL, "portrait.data", &size));

	watch(rig);
	serve(rig, IDENTITY(""));
	one_identity(rig);
	assert_null(idcard_identity_get(rig->identity, NULL));
	assert_int_equal(idcard_identity_boolean(rig->identity, NULL), -ENODATA);
	assert_int_equal(idcard_identity_integer(rig->identity, "seq", NULL), -EINVAL);
	assert_int_equal(idcard_identity_date(rig->identity, "birth_date", NULL), -EINVAL);
	assert_int_equal(idcard_identity_warned(rig->identity, NULL), 0);
	assert_null(idcard_identity_bytes(rig->identity, "portrait.data", NULL));
}

static void test_open_errors(void **state)
{
	assert_string_equal(idcard_client_open_error(-ENOENT), "no-daemon");
	assert_string_equal(idcard_client_open_error(-ECONNREFUSED), "no-daemon");
	assert_string_equal(idcard_client_open_error(-ETIMEDOUT), "no-daemon");
	assert_string_equal(idcard_client_open_error(-EACCES), "permission-denied");
	assert_string_equal(idcard_client_open_error(-EUSERS), "too-many");
	assert_null(idcard_client_open_error(-EPROTO));
	assert_null(idcard_client_open_error(0));
}

/* That the search of __wrap_free() finds what it looks for. */
static void test_search(void **state)
{
	char *p = strdup("x" NAME);

	assert_int_equal(dirty, 0);
	free(p);
	assert_int_equal(dirty, 1);
	dirty = 0;
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_watch),	 TEST(test_watch_options), TEST(test_options_size),
		TEST(test_not_mine),	 TEST(test_watch_again),   TEST(test_unwatch),
		TEST(test_watch_refused), TEST(test_errors),	   TEST(test_malformed),
		TEST(test_gone),	 TEST(test_huge),	   TEST(test_timeout),
		TEST(test_poll),	 TEST(test_read),	   TEST(test_read_errors),
		TEST(test_read_times),	 TEST(test_read_silent),   TEST(test_read_malformed),
		TEST(test_read_other_class), TEST(test_identity),  TEST(test_no_arguments),
		TEST(test_open_errors), TEST(test_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
