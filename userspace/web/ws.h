/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WebSocket, RFC 6455, the server's side: bytes in, text messages out. Pure. Only what pages need:
 * text, no extensions.
 */
#ifndef IDCARD_WEB_WS_H
#define IDCARD_WEB_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WS_MESSAGE_MAX = 4 * 1024,	/* received, all its fragments together */
	WS_CONTROL_MAX = 125,
	WS_HEADER_MAX = 10,		/* sent */
	WS_KEY_LENGTH = 24,
	WS_ACCEPT_SIZE = 29,		/* with NUL */
};

enum ws_opcode {
	WS_CONTINUATION = 0,
	WS_TEXT = 1,
	WS_BINARY = 2,
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10,
};

/* Why a connection is closed. */
enum ws_code {
	WS_NORMAL = 1000,
	WS_GOING_AWAY = 1001,
	WS_PROTOCOL = 1002,
	WS_NOT_TEXT = 1003,
	WS_NO_CODE = 1005,		/* never sent */
	WS_NOT_UTF8 = 1007,
	WS_POLICY = 1008,
	WS_TOO_LARGE = 1009,
};

enum ws_event {
	WS_MORE,		/* all bytes are taken, nothing is complete */
	WS_MESSAGE,		/* ws->message, ws->size: valid until the next call */
	WS_PINGED,		/* ws->control, ws->control_size: to be sent back as a PONG */
	WS_CLOSED,		/* the other side closes; ws->code */
	WS_BROKEN,		/* it breaks the rules: to be closed with ws->code */
};

/* All zero at first. Holds what was received: to be wiped. */
struct ws {
	uint8_t head[14];	/* of the frame */
	size_t head_size;	/* so many bytes of it are there */
	uint64_t left;		/* of its payload */
	uint64_t at;		/* in its payload, for the mask */
	bool in_payload;
	bool in_message;	/* more fragments come */
	bool done;		/* what was given out is to be forgotten */
	bool over;		/* CLOSED or BROKEN: nothing is taken any more */
	char message[WS_MESSAGE_MAX + 1];
	size_t size;
	uint8_t control[WS_CONTROL_MAX];
	size_t control_size;
	enum ws_code code;
};

/* Takes bytes up to the next event; *@ret_used says how many. */
enum ws_event ws_feed(struct ws *ws, const uint8_t *data, size_t size, size_t *ret_used);

/* The header of a whole frame of @size bytes. Its length. */
size_t ws_header(enum ws_opcode opcode, size_t size, uint8_t ret[WS_HEADER_MAX]);

/* Sec-WebSocket-Accept for a Sec-WebSocket-Key; false if it is none. */
bool ws_accept(const char *key, char ret[WS_ACCEPT_SIZE]);

#endif
