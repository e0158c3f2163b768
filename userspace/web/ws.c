// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/ws.h"

#include <jansson.h>
#include <sha1.h>
#include <string.h>

#include "base64.h"

enum {
	FIN = 0x80,
	RESERVED = 0x70,
	OPCODE = 0x0f,
	MASKED = 0x80,
	LENGTH = 0x7f,
	LENGTH_16 = 126,
	LENGTH_64 = 127,
	CONTROL = 0x08,
	KEY_BYTES = 16,
};

static enum ws_opcode opcode_of(const struct ws *ws)
{
	return ws->head[0] & OPCODE;
}

/* So many bytes, as far as is known by now. */
static size_t head_length(const struct ws *ws)
{
	size_t n = 2 + 4;

	if (ws->head_size < 2)
		return 2;
	if ((ws->head[1] & LENGTH) == LENGTH_16)
		n += 2;
	else if ((ws->head[1] & LENGTH) == LENGTH_64)
		n += 8;
	return n;
}

static uint64_t payload_length(const struct ws *ws)
{
	unsigned int length = ws->head[1] & LENGTH;
	size_t bytes = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
	uint64_t n = bytes ? 0 : length;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | ws->head[2 + i];
	return n;
}

/* 0, or why the frame must not be. What it is known by must be there. */
static enum ws_code judge_start(const struct ws *ws)
{
	enum ws_opcode opcode = opcode_of(ws);
	bool fin = ws->head[0] & FIN;

	if (ws->head[0] & RESERVED || !(ws->head[1] & MASKED))
		return WS_PROTOCOL;
	if (opcode & CONTROL)
		return opcode > WS_PONG || !fin || (ws->head[1] & LENGTH) > WS_CONTROL_MAX ?
			WS_PROTOCOL : 0;
	if (opcode == WS_BINARY)
		return WS_NOT_TEXT;
	if (opcode > WS_TEXT || (opcode == WS_CONTINUATION) != ws->in_message)
		return WS_PROTOCOL;
	return 0;
}

static enum ws_event end(struct ws *ws, enum ws_event event, enum ws_code code)
{
	ws->over = true;
	ws->code = code;
	return event;
}

static bool is_utf8(const char *text, size_t size)
{
	json_auto_t *string = json_stringn(text, size);

	return string != NULL;
}

static enum ws_event end_close(struct ws *ws)
{
	unsigned int code;

	if (ws->control_size == 0)
		return end(ws, WS_CLOSED, WS_NO_CODE);
	if (ws->control_size == 1)
		return end(ws, WS_BROKEN, WS_PROTOCOL);
	code = ws->control[0] << 8 | ws->control[1];
	if (code < 1000 || code > 4999 || (code >= 1004 && code <= 1006) ||
	    (code >= 1015 && code < 3000))
		return end(ws, WS_BROKEN, WS_PROTOCOL);
	if (!is_utf8((const char *)ws->control + 2, ws->control_size - 2))
		return end(ws, WS_BROKEN, WS_NOT_UTF8);
	return end(ws, WS_CLOSED, code);
}

/* The whole frame is there. */
static enum ws_event end_frame(struct ws *ws)
{
	enum ws_opcode opcode = opcode_of(ws);

	ws->head_size = 0;
	ws->in_payload = false;
	if (opcode == WS_CLOSE)
		return end_close(ws);
	if (opcode == WS_PING)
		return WS_PINGED;
	if (opcode == WS_PONG)
		return WS_MORE;
	ws->in_message = !(ws->head[0] & FIN);
	if (ws->in_message)
		return WS_MORE;
	ws->done = true;
	ws->message[ws->size] = '\0';
	if (!is_utf8(ws->message, ws->size))
		return end(ws, WS_BROKEN, WS_NOT_UTF8);
	return WS_MESSAGE;
}

static enum ws_event begin_payload(struct ws *ws)
{
	ws->left = payload_length(ws);
	ws->at = 0;
	ws->in_payload = true;
	if (opcode_of(ws) & CONTROL)
		ws->control_size = 0;
	else if (ws->left > WS_MESSAGE_MAX - ws->size)
		return end(ws, WS_BROKEN, WS_TOO_LARGE);
	return ws->left ? WS_MORE : end_frame(ws);
}

static enum ws_event take_head(struct ws *ws, uint8_t byte)
{
	enum ws_code code;

	ws->head[ws->head_size++] = byte;
	if (ws->head_size == 2) {
		code = judge_start(ws);
		if (code)
			return end(ws, WS_BROKEN, code);
	}
	return ws->head_size == head_length(ws) ? begin_payload(ws) : WS_MORE;
}

static enum ws_event take_payload(struct ws *ws, uint8_t byte)
{
	const uint8_t *mask = ws->head + ws->head_size - 4;

	byte ^= mask[ws->at++ % 4];
	if (opcode_of(ws) & CONTROL)
		ws->control[ws->control_size++] = byte;
	else
		ws->message[ws->size++] = (char)byte;
	return --ws->left ? WS_MORE : end_frame(ws);
}

enum ws_event ws_feed(struct ws *ws, const uint8_t *data, size_t size, size_t *ret_used)
{
	enum ws_event event = WS_MORE;
	size_t i = 0;

	if (ws->done) {
		explicit_bzero(ws->message, ws->size);
		ws->size = 0;
		ws->done = false;
	}
	while (i < size && !ws->over && event == WS_MORE) {
		event = ws->in_payload ? take_payload(ws, data[i]) : take_head(ws, data[i]);
		i++;
	}
	*ret_used = ws->over ? size : i;
	return event;
}

size_t ws_header(enum ws_opcode opcode, size_t size, uint8_t ret[WS_HEADER_MAX])
{
	size_t bytes = size < LENGTH_16 ? 0 : size <= UINT16_MAX ? 2 : 8;

	ret[0] = FIN | opcode;
	ret[1] = bytes == 0 ? size : bytes == 2 ? LENGTH_16 : LENGTH_64;
	for (size_t i = 0; i < bytes; i++)
		ret[2 + i] = (uint8_t)((uint64_t)size >> 8 * (bytes - 1 - i));
	return 2 + bytes;
}

bool ws_accept(const char *key, char ret[WS_ACCEPT_SIZE])
{
	static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	uint8_t bytes[WS_KEY_LENGTH], digest[SHA1_DIGEST_LENGTH];
	SHA1_CTX sha;

	if (!key || strlen(key) != WS_KEY_LENGTH ||
	    base64_decode(key, bytes, sizeof(bytes)) != KEY_BYTES)
		return false;
	SHA1Init(&sha);
	SHA1Update(&sha, (const uint8_t *)key, WS_KEY_LENGTH);
	SHA1Update(&sha, (const uint8_t *)magic, sizeof(magic) - 1);
	SHA1Final(digest, &sha);
	base64_encode(digest, sizeof(digest), ret);
	return true;
}
