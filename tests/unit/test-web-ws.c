// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "web/ws.h"

struct bytes {
	uint8_t data[3 * WS_MESSAGE_MAX];
	size_t size;
};

static struct ws *ws;
static struct bytes out;

static int set_up(void **state)
{
	ws = calloc(1, sizeof(*ws));
	out.size = 0;
	return ws ? 0 : -1;
}

static int tear_down(void **state)
{
	free(ws);
	return 0;
}

/* A frame as a client sends it, at the end of what is to be fed. */
static void frame(unsigned int first, const char *payload, size_t size)
{
	static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
	uint8_t *p = out.data + out.size;

	*p++ = (uint8_t)first;
	if (size < 126) {
		*p++ = (uint8_t)(0x80 | size);
	} else {
		*p++ = 0x80 | 126;
		*p++ = (uint8_t)(size >> 8);
		*p++ = (uint8_t)size;
	}
	memcpy(p, mask, sizeof(mask));
	p += sizeof(mask);
	for (size_t i = 0; i < size; i++)
		*p++ = (uint8_t)payload[i] ^ mask[i % 4];
	out.size = p - out.data;
}

static void text(unsigned int first, const char *payload)
{
	frame(first, payload, strlen(payload));
}

/* Feeds all of it, @step bytes at a time, up to the first event. */
static enum ws_event feed(size_t step)
{
	enum ws_event event = WS_MORE;
	size_t at = 0, used;

	while (at < out.size && event == WS_MORE) {
		event = ws_feed(ws, out.data + at, out.size - at < step ? out.size - at : step,
				&used);
		assert_true(used > 0);
		at += used;
	}
	memmove(out.data, out.data + at, out.size - at);
	out.size -= at;
	return event;
}

static void expect_message(size_t step, const char *message)
{
	assert_int_equal(feed(step), WS_MESSAGE);
	assert_string_equal(ws->message, message);
	assert_int_equal(ws->size, strlen(message));
}

static void expect_broken(enum ws_code code)
{
	assert_int_equal(feed(1000), WS_BROKEN);
	assert_int_equal(ws->code, code);
	free(ws);
	set_up(NULL);
}

static void test_messages(void **state)
{
	for (size_t step = 1; step < 40; step++) {
		text(0x81, "{\"name\":\"readCard\"}");
		text(0x81, "");
		text(0x81, "测试甲");
		expect_message(step, "{\"name\":\"readCard\"}");
		expect_message(step, "");
		expect_message(step, "测试甲");
		assert_int_equal(out.size, 0);
		assert_int_equal(feed(step), WS_MORE);
	}
}

static void test_example_of_the_standard(void **state)
{
	static const uint8_t hello[] = {
		0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
	};

	memcpy(out.data, hello, sizeof(hello));
	out.size = sizeof(hello);
	expect_message(3, "Hello");
}

static void test_fragments(void **state)
{
	text(0x01, "EST_");
	text(0x00, "Reader_");
	/* between them */
	text(0x89, "ping");
	text(0x8a, "pong");
	text(0x00, "");
	text(0x80, "ReadIDCard#");
	text(0x81, "next");
	assert_int_equal(feed(5), WS_PINGED);
	assert_int_equal(ws->control_size, 4);
	assert_memory_equal(ws->control, "ping", 4);
	expect_message(5, "EST_Reader_ReadIDCard#");
	expect_message(5, "next");
	/* A character that is cut is whole in the end. */
	frame(0x01, "\xe6\xb5", 2);
	frame(0x80, "\x8b", 1);
	expect_message(100, "测");
}

static void test_sizes(void **state)
{
	char *large = malloc(WS_MESSAGE_MAX + 1);

	memset(large, 'a', WS_MESSAGE_MAX + 1);
	for (size_t size = 124; size <= 128; size++) {
		frame(0x81, large, size);
		assert_int_equal(feed(1000), WS_MESSAGE);
		assert_int_equal(ws->size, size);
	}
	frame(0x81, large, WS_MESSAGE_MAX);
	assert_int_equal(feed(1000), WS_MESSAGE);
	frame(0x81, large, WS_MESSAGE_MAX + 1);
	expect_broken(WS_TOO_LARGE);
	out.size = 0;
	frame(0x01, large, WS_MESSAGE_MAX);
	frame(0x80, large, 1);
	expect_broken(WS_TOO_LARGE);
	free(large);
	/* by 64 bits of length, which nobody has */
	out.size = 0;
	memcpy(out.data, "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14);
	out.size = 14;
	expect_broken(WS_TOO_LARGE);
	memcpy(out.data, "\x81\xff\0\0\0\0\0\0\0\2\0\0\0\0ab", 16);
	out.size = 16;
	expect_message(1, "ab");
}

static void test_broken(void **state)
{
	static const struct {
		unsigned int first;
		const char *payload;
		size_t size;
		enum ws_code code;
	} cases[] = {
		{ 0xc1, "a", 1, WS_PROTOCOL },		/* compressed, as nobody agreed */
		{ 0x91, "a", 1, WS_PROTOCOL },
		{ 0x80, "a", 1, WS_PROTOCOL },		/* goes on with nothing */
		{ 0x83, "a", 1, WS_PROTOCOL },
		{ 0x8b, "a", 1, WS_PROTOCOL },
		{ 0x09, "a", 1, WS_PROTOCOL },		/* a ping in parts */
		{ 0x82, "a", 1, WS_NOT_TEXT },
		{ 0x81, "\xff", 1, WS_NOT_UTF8 },
		{ 0x81, "\xed\xa0\x80", 3, WS_NOT_UTF8 },
		{ 0x88, "\x03", 1, WS_PROTOCOL },
		{ 0x88, "\x00\x01", 2, WS_PROTOCOL },
		{ 0x88, "\x03\xed", 2, WS_PROTOCOL },	/* 1005 */
		{ 0x88, "\x03\xe8\xff", 3, WS_NOT_UTF8 },
	};
	char large[126] = "";

	for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
		free(ws);
		set_up(NULL);
		frame(cases[i].first, cases[i].payload, cases[i].size);
		assert_int_equal(feed(1), WS_BROKEN);
		assert_int_equal(ws->code, cases[i].code);
		/* Nothing more is taken. */
		text(0x81, "a");
		assert_int_equal(feed(100), WS_MORE);
	}
	free(ws);
	set_up(NULL);
	frame(0x89, large, 126);
	assert_int_equal(feed(1), WS_BROKEN);
	free(ws);
	set_up(NULL);
	/* not masked */
	memcpy(out.data, "\x81\x01""a", 3);
	out.size = 3;
	assert_int_equal(feed(1), WS_BROKEN);
	free(ws);
	set_up(NULL);
	/* another message in the middle of one */
	text(0x01, "a");
	text(0x81, "b");
	assert_int_equal(feed(1), WS_BROKEN);
}

static void test_close(void **state)
{
	frame(0x88, "\x03\xe8""bye", 5);
	assert_int_equal(feed(1), WS_CLOSED);
	assert_int_equal(ws->code, WS_NORMAL);
	free(ws);
	set_up(NULL);
	frame(0x88, "", 0);
	text(0x81, "after the end");
	assert_int_equal(feed(100), WS_CLOSED);
	assert_int_equal(ws->code, WS_NO_CODE);
	assert_int_equal(feed(100), WS_MORE);
}

/* What was said is not kept. */
static void test_forgotten(void **state)
{
	size_t used;

	text(0x81, "110101190001010014");
	expect_message(100, "110101190001010014");
	assert_int_equal(ws_feed(ws, (const uint8_t *)"\x81", 1, &used), WS_MORE);
	assert_int_equal(ws->message[0], 0);
	assert_int_equal(ws->message[17], 0);
}

static void test_header(void **state)
{
	uint8_t h[WS_HEADER_MAX];

	assert_int_equal(ws_header(WS_TEXT, 125, h), 2);
	assert_memory_equal(h, "\x81\x7d", 2);
	assert_int_equal(ws_header(WS_PONG, 0, h), 2);
	assert_memory_equal(h, "\x8a\0", 2);
	assert_int_equal(ws_header(WS_TEXT, 126, h), 4);
	assert_memory_equal(h, "\x81\x7e\0\x7e", 4);
	assert_int_equal(ws_header(WS_TEXT, 65535, h), 4);
	assert_int_equal(ws_header(WS_TEXT, 65536, h), 10);
	assert_memory_equal(h, "\x81\x7f\0\0\0\0\0\1\0\0", 10);
}

static void test_accept(void **state)
{
	static const char *const bad[] = {
		"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ==x", "dGhlIHNhbXBsZSBub25jZQAA",
		"dGhlIHNhbXBsZSBub25j ZQ=", "========================",
	};
	char accept[WS_ACCEPT_SIZE];

	assert_true(ws_accept("dGhlIHNhbXBsZSBub25jZQ==", accept));
	assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	assert_false(ws_accept(NULL, accept));
	for (size_t i = 0; i < ELEMENTSOF(bad); i++)
		assert_false(ws_accept(bad[i], accept));
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_messages),
		T(test_example_of_the_standard),
		T(test_fragments),
		T(test_sizes),
		T(test_broken),
		T(test_close),
		T(test_forgotten),
		T(test_header),
		T(test_accept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
