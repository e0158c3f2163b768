// SPDX-License-Identifier: GPL-2.0-or-later
/* One opened /dev/idcard. */
#include <poll.h>
#include <stdlib.h>

#include "access.h"
#include "handle.h"
#include "node.h"

struct blocked_read {
	TAILQ_ENTRY(blocked_read) link;
	struct open_file *file;
	fuse_req_t req;
	size_t size;
};

struct open_file {
	TAILQ_ENTRY(open_file) link;
	struct node *node;
	bool reading, writing;
	uid_t uid;
	bool at_seat;		/* let in only as the user of the active seat */
	struct fuse_file_info fi;

	/*
	 * Until the daemon answers the WATCH that this open sent, the open is not answered and no
	 * line goes to it: what was published before the open is still on its way then.
	 */
	fuse_req_t opening;
	uint64_t watch_id;
	sd_event_source *deadline;

	struct handle unread;
	TAILQ_HEAD(, blocked_read) reads;
	struct fuse_pollhandle *poll;
};

struct open_file *open_file_of(const struct fuse_file_info *fi)
{
	return (struct open_file *)(uintptr_t)fi->fh;
}

bool open_file_allowed(const struct open_file *file)
{
	return !file->at_seat || access_at_seat(file->uid);
}

static void forget_read(struct blocked_read *read)
{
	TAILQ_REMOVE(&read->file->reads, read, link);
	free(read);
}

static void free_file(struct open_file *file)
{
	struct node *node = file->node;
	struct blocked_read *read;

	while ((read = TAILQ_FIRST(&file->reads))) {
		fuse_reply_err(read->req, EIO);
		forget_read(read);
	}
	sd_event_source_disable_unref(file->deadline);
	if (file->poll)
		fuse_pollhandle_destroy(file->poll);
	handle_clear(&file->unread);
	TAILQ_REMOVE(&node->files, file, link);
	node->n_files--;
	if (file->reading)
		node->n_readers--;
	node_changed(node);
	free(file);
}

/* Frees the file if the answer does not arrive, because no release follows then. */
static void finish_open(struct open_file *file, int error)
{
	fuse_req_t req = file->opening;
	int r;

	file->opening = NULL;
	file->deadline = sd_event_source_disable_unref(file->deadline);
	r = error ? fuse_reply_err(req, -error) : fuse_reply_open(req, &file->fi);
	if (error || r < 0)
		free_file(file);
}

static int on_open_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	finish_open(userdata, 0);
	return 0;
}

static void on_open_interrupt(fuse_req_t req, void *userdata)
{
	finish_open(userdata, -EINTR);
}

static void ask_to_watch(struct open_file *file)
{
	struct node *node = file->node;

	file->watch_id = ++node->last_id;
	if (hubclient_watch(node->hub, file->watch_id) < 0)
		file->watch_id = 0;
}

static void begin_open(struct open_file *file)
{
	fuse_req_t req = file->opening;

	if (!file->reading) {
		finish_open(file, 0);
		return;
	}
	/* the interrupt function would be called in the middle of setting it */
	if (fuse_req_interrupted(req)) {
		finish_open(file, -EINTR);
		return;
	}
	if (node_deadline(file->node, NODE_OPEN_USEC, on_open_deadline, file,
			  &file->deadline) < 0) {
		finish_open(file, -ENOMEM);
		return;
	}
	fuse_req_interrupt_func(req, on_open_interrupt, file);
	if (hubclient_ready(file->node->hub))
		ask_to_watch(file);
}

/* One user keeps out no other. */
static bool too_many(const struct node *node, uid_t uid)
{
	const struct open_file *file;
	unsigned int n = 0;

	if (uid == 0)
		return node->n_files >= NODE_FILES_MAX;
	TAILQ_FOREACH(file, &node->files, link)
		n += file->uid == uid;
	return n >= NODE_FILES_PER_UID || node->n_files >= NODE_FILES_MAX - NODE_FILES_FOR_ROOT;
}

void open_file_open(struct node *node, fuse_req_t req, const struct fuse_file_info *fi)
{
	struct open_file *file;

	if (too_many(node, fuse_req_ctx(req)->uid)) {
		fuse_reply_err(req, ENFILE);
		return;
	}
	file = calloc(1, sizeof(*file));
	if (!file) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	file->node = node;
	file->uid = fuse_req_ctx(req)->uid;
	file->at_seat = !access_is_member(file->uid, access_group());
	file->reading = (fi->flags & O_ACCMODE) != O_WRONLY;
	file->writing = (fi->flags & O_ACCMODE) != O_RDONLY;
	file->fi = *fi;
	file->fi.fh = (uintptr_t)file;
	file->opening = req;
	TAILQ_INIT(&file->reads);
	TAILQ_INSERT_TAIL(&node->files, file, link);
	node->n_files++;
	if (file->reading)
		node->n_readers++;
	node_changed(node);
	begin_open(file);
}

void open_file_release(struct open_file *file)
{
	free_file(file);
}

/* Gives what there is to the request. -EAGAIN: nothing, the request still waits. */
static int answer_read(struct open_file *file, fuse_req_t req, size_t size)
{
	const char *data;
	size_t n;
	int r;

	r = handle_peek(&file->unread, size, &data, &n);
	if (r == -EAGAIN)
		return r;
	/* a reader that is gone has taken nothing: the next one gets it */
	if (r < 0) {
		if (fuse_reply_err(req, -r) == 0)
			handle_advance(&file->unread, 0);
	} else if (fuse_reply_buf(req, data, n) == 0) {
		handle_advance(&file->unread, n);
	}
	return 0;
}

static void on_read_interrupt(fuse_req_t req, void *userdata)
{
	forget_read(userdata);
	fuse_reply_err(req, EINTR);
}

void open_file_read(struct open_file *file, fuse_req_t req, size_t size, bool nonblock)
{
	struct blocked_read *read;

	/* those who came before are served first; while they wait, there is nothing */
	if (answer_read(file, req, size) == 0)
		return;
	if (nonblock || fuse_req_interrupted(req)) {
		fuse_reply_err(req, nonblock ? EAGAIN : EINTR);
		return;
	}
	read = calloc(1, sizeof(*read));
	if (!read) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	read->file = file;
	read->req = req;
	read->size = size;
	TAILQ_INSERT_TAIL(&file->reads, read, link);
	fuse_req_interrupt_func(req, on_read_interrupt, read);
}

void open_file_poll(struct open_file *file, fuse_req_t req, struct fuse_pollhandle *poll)
{
	unsigned int events = 0;

	if (poll) {
		if (file->poll)
			fuse_pollhandle_destroy(file->poll);
		file->poll = poll;
	}
	if (file->reading && handle_readable(&file->unread))
		events |= POLLIN | POLLRDNORM;
	if (file->writing)
		events |= POLLOUT | POLLWRNORM;
	fuse_reply_poll(req, events);
}

static void deliver(struct open_file *file, struct line *line)
{
	struct blocked_read *read;

	if (line)
		handle_push(&file->unread, line);
	else
		handle_overflow(&file->unread);
	while ((read = TAILQ_FIRST(&file->reads)) &&
	       answer_read(file, read->req, read->size) == 0)
		forget_read(read);
	if (file->poll && handle_readable(&file->unread))
		fuse_lowlevel_notify_poll(file->poll);
}

void open_files_identity(struct node *node, const char *data, size_t size)
{
	_cleanup_(line_unrefp) struct line *line = line_new(data, size);
	struct open_file *file;

	TAILQ_FOREACH(file, &node->files, link)
		if (file->reading && !file->opening && open_file_allowed(file))
			deliver(file, line);
}

void open_files_ready(struct node *node)
{
	struct open_file *file;
	bool asked = false;

	TAILQ_FOREACH(file, &node->files, link) {
		if (!file->reading || (asked && !file->opening))
			continue;
		ask_to_watch(file);
		asked = true;
	}
}

void open_files_lost(struct node *node)
{
	struct open_file *file;

	TAILQ_FOREACH(file, &node->files, link)
		file->watch_id = 0;
}

void open_files_reply(struct node *node, uint64_t id, int error)
{
	struct open_file *file, *next;

	for (file = TAILQ_FIRST(&node->files); file; file = next) {
		next = TAILQ_NEXT(file, link);
		if (file->watch_id != id)
			continue;
		file->watch_id = 0;
		if (file->opening)
			finish_open(file, error);
	}
}

void open_files_free(struct node *node)
{
	struct open_file *file;

	while ((file = TAILQ_FIRST(&node->files))) {
		if (file->opening)
			finish_open(file, -EIO);
		else
			free_file(file);
	}
}
