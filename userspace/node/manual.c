// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries by hand: each write waits here for the daemon's answer. */
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "node.h"
#include "secret.h"

struct manual_entry {
	TAILQ_ENTRY(manual_entry) link;
	struct node *node;
	fuse_req_t req;
	uid_t uid;
	size_t size;		/* what write() returns */
	char *text;		/* until it is sent */
	uint64_t id;		/* 0: not sent */
	sd_event_source *deadline;
};

/* @error 0: taken, and published to everybody who watches. */
static void finish(struct manual_entry *entry, int error)
{
	struct node *node = entry->node;

	if (error)
		fuse_reply_err(entry->req, -error);
	else
		fuse_reply_write(entry->req, entry->size);
	sd_event_source_disable_unref(entry->deadline);
	secret_free(entry->text);
	TAILQ_REMOVE(&node->entries, entry, link);
	node->n_entries--;
	node_changed(node);
	free(entry);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct manual_entry *entry = userdata;

	finish(entry, entry->id ? -ETIMEDOUT : -ENODEV);
	return 0;
}

static void on_interrupt(fuse_req_t req, void *userdata)
{
	finish(userdata, -EINTR);
}

static void send_entry(struct manual_entry *entry)
{
	struct node *node = entry->node;
	uint64_t id = ++node->last_id;

	if (hubclient_enter(node->hub, id, entry->text, NULL) < 0)
		return;
	entry->id = id;
	entry->text = secret_free(entry->text);
}

static bool too_many(const struct node *node, uid_t uid)
{
	const struct manual_entry *entry;
	unsigned int n = 0;

	TAILQ_FOREACH(entry, &node->entries, link)
		n += entry->uid == uid;
	return n >= NODE_ENTRIES_PER_UID || node->n_entries >= NODE_ENTRIES_MAX;
}

static int add(struct node *node, fuse_req_t req, const char *data, size_t size)
{
	uid_t uid = fuse_req_ctx(req)->uid;
	struct manual_entry *entry;
	char *text;
	int r;

	if (too_many(node, uid))
		return -EBUSY;
	r = entry_new(data, size, &text);
	if (r < 0)
		return r;
	entry = calloc(1, sizeof(*entry));
	if (!entry) {
		secret_free(text);
		return -ENOMEM;
	}
	entry->node = node;
	entry->req = req;
	entry->uid = uid;
	entry->size = size;
	entry->text = text;
	r = node_deadline(node, NODE_ENTRY_USEC, on_deadline, entry, &entry->deadline);
	if (r < 0) {
		secret_free(text);
		free(entry);
		return r;
	}
	TAILQ_INSERT_TAIL(&node->entries, entry, link);
	node->n_entries++;
	node_changed(node);
	fuse_req_interrupt_func(req, on_interrupt, entry);
	if (hubclient_ready(node->hub))
		send_entry(entry);
	return 0;
}

void manual_write(struct node *node, fuse_req_t req, const char *data, size_t size)
{
	int r;

	/* the interrupt function would be called in the middle of setting it */
	r = fuse_req_interrupted(req) ? -EINTR : add(node, req, data, size);
	if (r < 0)
		fuse_reply_err(req, -r);
}

void manual_ready(struct node *node)
{
	struct manual_entry *entry;

	TAILQ_FOREACH(entry, &node->entries, link)
		if (!entry->id)
			send_entry(entry);
}

/* What was sent may have been published: sending it again could make two of one, so it fails. */
void manual_lost(struct node *node, int error)
{
	struct manual_entry *entry, *next;

	for (entry = TAILQ_FIRST(&node->entries); entry; entry = next) {
		next = TAILQ_NEXT(entry, link);
		if (error == -EACCES)
			finish(entry, -EACCES);
		else if (entry->id)
			finish(entry, -EIO);
	}
}

void manual_reply(struct node *node, uint64_t id, int error)
{
	struct manual_entry *entry;

	TAILQ_FOREACH(entry, &node->entries, link) {
		if (entry->id != id)
			continue;
		finish(entry, error);
		return;
	}
}

void manual_free(struct node *node)
{
	struct manual_entry *entry;

	while ((entry = TAILQ_FIRST(&node->entries)))
		finish(entry, -EIO);
}
