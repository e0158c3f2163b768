// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sdt-lease.h"

#include <stdio.h>
#include <string.h>

#include "util.h"

enum {
	REQUEST_SIZE = 512,
	CLAIM_MS = 2000,
};

const uint8_t *lease_reply_data(const struct lease_reply *r, size_t *ret_size)
{
	*ret_size = r->size - IDCARD_REPLY_MIN;
	return r->frame + IDCARD_FRAME_HEAD + 3;
}

int lease_claim(struct lease *l, const char *reader, bool repeat)
{
	char buffer[REQUEST_SIZE];
	struct json_writer w;
	struct json_text t;
	int r;

	l->claimed = false;
	if (strlen(reader) >= sizeof(l->reader))
		return -ENODEV;
	if (reader != l->reader)
		strcpy(l->reader, reader);
	hub_link_begin(&l->link, "CLAIM", &w, buffer, sizeof(buffer));
	writer_text(&w, "reader", reader);
	writer_boolean(&w, "repeat", repeat);
	r = hub_link_ask(&l->link, &w, CLAIM_MS, &t);
	if (r < 0)
		return r;
	json_text_wipe(&t);
	l->claimed = true;
	return 0;
}

static int take_frame(struct json_text *t, struct lease_reply *ret)
{
	const struct json_node *node;

	if (json_bytes(t, "frame") < 0)
		return -EPROTO;
	node = json_find(t, "frame");
	if (idcard_reply_check((const uint8_t *)node->value, node->size) < 0)
		return -EPROTO;
	memcpy(ret->frame, node->value, node->size);
	ret->size = node->size;
	return 0;
}

int lease_exchange(struct lease *l, const uint8_t command[2], unsigned int ms,
		   struct lease_reply *ret)
{
	uint8_t frame[IDCARD_REQUEST_MIN];
	char buffer[REQUEST_SIZE];
	struct json_writer w;
	struct json_text t;
	int r;

	idcard_frame_build(frame, sizeof(frame), command, 2);
	hub_link_begin(&l->link, "EXCHANGE", &w, buffer, sizeof(buffer));
	writer_base64(&w, "frame", frame, sizeof(frame));
	r = hub_link_ask(&l->link, &w, ms, &t);
	if (r < 0) {
		l->claimed = false;
		return r;
	}
	r = take_frame(&t, ret);
	json_text_wipe(&t);
	return r;
}
