/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * idcard-node: /dev/idcard. What its parts share:
 *
 *	cuse.c		the device: the kernel's requests in and out
 *	open-file.c	one opened /dev/idcard: opening, blocked reads, poll
 *	manual.c	entries by hand that wait for the daemon's answer
 *	handle.c	the unread lines of one opened file (pure)
 *	entry.c		what may be written (pure)
 *
 * The connection to idcardd is lib/hubclient.h.
 */
#ifndef IDCARD_NODE_H
#define IDCARD_NODE_H

#define FUSE_USE_VERSION 31

#include <cuse_lowlevel.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <systemd/sd-event.h>

#include "hubclient.h"

enum {
	NODE_FILES_MAX = 1024,
	NODE_FILES_PER_UID = 256,	/* root excepted: it is not kept out */
	NODE_FILES_FOR_ROOT = 8,	/* of all, who may have to look what is going on */
	NODE_ENTRIES_MAX = 64,
	NODE_ENTRIES_PER_UID = 16,
	NODE_OPEN_USEC = 1000 * 1000,		/* an open waits this long for the daemon */
	NODE_ENTRY_USEC = 2 * 1000 * 1000,	/* a write */
};

struct open_file;
struct manual_entry;
struct watchdog;

struct node {
	sd_event *event;
	struct hubclient *hub;
	uint64_t last_id;	/* of a request to the daemon */
	TAILQ_HEAD(, open_file) files;
	unsigned int n_files, n_readers;
	TAILQ_HEAD(, manual_entry) entries;
	unsigned int n_entries;
	bool busy;		/* somebody needs the daemon */
	struct watchdog *watchdog;

	struct fuse_session *session;
	sd_event_source *requests, *update;
	struct fuse_buf buffer;
};

/* cuse.c: the device @name. Needs the rights to open /dev/cuse, and nothing else later. */
int node_new(const char *name, struct node **ret);
struct node *node_free(struct node *node);
DEFINE_CLEANUP(struct node *, node_free)

/* Serves in the loop @event and asks the daemon at @path, which stays with the caller. */
int node_start(struct node *node, sd_event *event, const char *path);

/* open-file.c: all of them answer the request at some time. */
void open_file_open(struct node *node, fuse_req_t req, const struct fuse_file_info *fi);
void open_file_read(struct open_file *file, fuse_req_t req, size_t size, bool nonblock);
void open_file_poll(struct open_file *file, fuse_req_t req, struct fuse_pollhandle *poll);
void open_file_release(struct open_file *file);
struct open_file *open_file_of(const struct fuse_file_info *fi);

/* Who was let in at the seat gets and enters nothing while another user sits there. */
bool open_file_allowed(const struct open_file *file);

void open_files_ready(struct node *node);
void open_files_lost(struct node *node);
void open_files_reply(struct node *node, uint64_t id, int error);
void open_files_identity(struct node *node, const char *line, size_t size);
void open_files_free(struct node *node);

/* manual.c */
void manual_write(struct node *node, fuse_req_t req, const char *data, size_t size);
void manual_ready(struct node *node);
void manual_lost(struct node *node, int error);
void manual_reply(struct node *node, uint64_t id, int error);
void manual_free(struct node *node);

/* Files were opened or closed, entries came or went: the connection may be wanted, or no longer. */
void node_changed(struct node *node);

/* A one-shot timer, exact to a millisecond, as deadlines of this program are. */
int node_deadline(struct node *node, uint64_t usec, sd_event_time_handler_t handler, void *userdata,
		  sd_event_source **ret);

#endif
