// SPDX-License-Identifier: GPL-2.0-or-later
/* The device: the kernel's requests in and out. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <systemd/sd-daemon.h>

#include "watchdog.h"
#include "log.h"
#include "node.h"

enum { ACCURACY_USEC = 1000 };

static void on_open(fuse_req_t req, struct fuse_file_info *fi)
{
	open_file_open(fuse_req_userdata(req), req, fi);
}

static void on_read(fuse_req_t req, size_t size, off_t offset, struct fuse_file_info *fi)
{
	open_file_read(open_file_of(fi), req, size, fi->flags & O_NONBLOCK);
}

static void on_write(fuse_req_t req, const char *data, size_t size, off_t offset,
		     struct fuse_file_info *fi)
{
	if (open_file_allowed(open_file_of(fi)))
		manual_write(fuse_req_userdata(req), req, data, size);
	else
		fuse_reply_err(req, EACCES);
}

static void on_release(fuse_req_t req, struct fuse_file_info *fi)
{
	open_file_release(open_file_of(fi));
	fuse_reply_err(req, 0);
}

static void on_ioctl(fuse_req_t req, int cmd, void *arg, struct fuse_file_info *fi,
		     unsigned int flags, const void *in, size_t in_size, size_t out_size)
{
	fuse_reply_err(req, ENOTTY);
}

static void on_poll(fuse_req_t req, struct fuse_file_info *fi, struct fuse_pollhandle *poll)
{
	open_file_poll(open_file_of(fi), req, poll);
}

/* The kernel has made the node by the time its answer to the greeting was written, or given up. */
static void on_init_done(void *userdata)
{
	struct node *node = userdata;
	struct pollfd p = { .fd = fuse_session_fd(node->session), .events = POLLIN };

	if (poll(&p, 1, 0) < 0 || (p.revents & POLLERR)) {
		log_line(LOG_ERR, "The kernel refuses the device: another process has one of this name");
		sd_event_exit(node->event, -EEXIST);
		return;
	}
	/* an idle machine is not woken for a device that nobody has open */
	watchdog_set(node->watchdog, false);
	sd_notify(0, "READY=1\nSTATUS=Nobody has the device open.");
}

static const struct cuse_lowlevel_ops operations = {
	.init_done = on_init_done,
	.open = on_open,
	.read = on_read,
	.write = on_write,
	.release = on_release,
	.ioctl = on_ioctl,
	.poll = on_poll,
};

static int on_requests(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct node *node = userdata;
	int r;

	r = fuse_session_receive_buf(node->session, &node->buffer);
	if (r > 0) {
		fuse_session_process_buf(node->session, &node->buffer);
		/* an entry by hand passes through it */
		explicit_bzero(node->buffer.mem, r);
	}
	if (fuse_session_exited(node->session))
		return sd_event_exit(node->event, -ENODEV);
	return r > 0 || r == -EINTR || r == -EAGAIN ? 0 : r;
}

static void on_ready(void *userdata)
{
	open_files_ready(userdata);
	manual_ready(userdata);
}

static void on_lost(void *userdata, int error)
{
	open_files_lost(userdata);
	manual_lost(userdata, error);
}

static void on_identity(void *userdata, const char *line, size_t size)
{
	open_files_identity(userdata, line, size);
}

static void on_reply(void *userdata, uint64_t id, int error)
{
	open_files_reply(userdata, id, error);
	manual_reply(userdata, id, error);
}

static const struct hubclient_callbacks hub_callbacks = {
	.ready = on_ready,
	.lost = on_lost,
	.identity = on_identity,
	.reply = on_reply,
};

/* Not in the middle of a callback of the hub client, which must not be told to close then. */
static int on_update(sd_event_source *source, void *userdata)
{
	struct node *node = userdata;
	bool busy = node->n_readers > 0 || node->n_entries > 0;

	if (busy == node->busy)
		return 0;
	node->busy = busy;
	watchdog_set(node->watchdog, busy);
	sd_notify(0, busy ? "STATUS=In use." : "STATUS=Nobody has the device open.");
	hubclient_want(node->hub, busy);
	return 0;
}

void node_changed(struct node *node)
{
	/* NULL while the program ends */
	if (node->update)
		sd_event_source_set_enabled(node->update, SD_EVENT_ONESHOT);
}

int node_deadline(struct node *node, uint64_t usec, sd_event_time_handler_t handler, void *userdata,
		  sd_event_source **ret)
{
	return sd_event_add_time_relative(node->event, ret, CLOCK_MONOTONIC, usec, ACCURACY_USEC,
					  handler, userdata);
}

int node_new(const char *name, struct node **ret)
{
	_cleanup_(node_freep) struct node *node = calloc(1, sizeof(*node));
	char *arguments[] = { (char *)"idcard-node", (char *)"-f", (char *)"-s", NULL };
	_cleanup_free_ char *device = NULL;
	const char *info[1];
	struct cuse_info ci = { .dev_info_argc = 1, .dev_info_argv = info };
	int fd, threads;

	if (!node)
		return -ENOMEM;
	TAILQ_INIT(&node->files);
	TAILQ_INIT(&node->entries);
	if (asprintf(&device, "DEVNAME=%s", name) < 0)
		return -ENOMEM;
	info[0] = device;
	node->session = cuse_lowlevel_setup(3, arguments, &ci, &operations, &threads, node);
	if (!node->session)
		return -ENODEV;
	fd = fuse_session_fd(node->session);
	/* a request can be withdrawn between the loop's look at the descriptor and the read */
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return -errno;
	*ret = node;
	node = NULL;
	return 0;
}

int node_start(struct node *node, sd_event *event, const char *path)
{
	int r;

	node->event = sd_event_ref(event);
	r = hubclient_new(event, path, &hub_callbacks, node, &node->hub);
	if (r < 0)
		return r;
	r = watchdog_new(event, &node->watchdog);
	if (r < 0)
		return r;
	r = sd_event_add_defer(event, &node->update, on_update, node);
	if (r < 0)
		return r;
	return sd_event_add_io(event, &node->requests, fuse_session_fd(node->session), EPOLLIN,
			       on_requests, node);
}

struct node *node_free(struct node *node)
{
	if (!node)
		return NULL;
	node->update = sd_event_source_disable_unref(node->update);
	open_files_free(node);
	manual_free(node);
	sd_event_source_disable_unref(node->requests);
	hubclient_free(node->hub);
	watchdog_free(node->watchdog);
	if (node->session)
		cuse_lowlevel_teardown(node->session);
	free(node->buffer.mem);
	sd_event_unref(node->event);
	free(node);
	return NULL;
}
