// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/http-internal.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "log.h"
#include "secret.h"

enum {
	ACCEPTS_AT_ONCE = 16,
	BACKLOG = 1024,		/* who finds it full waits for a second */
	LIBRARY_MEMORY = 32 * 1024,	/* of one connection: a head that is too large still fits */
	FAREWELL_RUNS = 16,
};

void http_kick(struct http *h)
{
	sd_event_source_set_enabled(h->again, SD_EVENT_ONESHOT);
}

/* ---- One connection ------------------------------------------------------------------------ */

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	connection_drop(userdata);
	return 0;
}

void connection_set_deadline(struct connection *c, unsigned int seconds)
{
	c->deadline = sd_event_source_disable_unref(c->deadline);
	if (seconds)
		sd_event_add_time_relative(c->http->event, &c->deadline, CLOCK_MONOTONIC,
					   seconds * UINT64_C(1000000), 0, on_deadline, c);
}

void connection_drop(struct connection *c)
{
	c->left = true;
	shutdown(c->fd, SHUT_RDWR);
	if (c->suspended)
		connection_resume(c);
}

void connection_gone(struct connection *c)
{
	if (!c->delivered)
		return;
	c->delivered = false;
	c->http->callbacks.gone(c->http->userdata, &c->request);
}

static int on_hangup(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct connection *c = userdata;

	connection_gone(c);
	connection_drop(c);
	return 0;
}

void connection_suspend(struct connection *c)
{
	c->suspended = true;
	MHD_suspend_connection(c->mhd);
	if (sd_event_add_io(c->http->event, &c->hangup, c->fd, EPOLLRDHUP, on_hangup, c) < 0)
		connection_drop(c);
}

void connection_resume(struct connection *c)
{
	if (!c->suspended)
		return;
	c->suspended = false;
	c->hangup = sd_event_source_disable_unref(c->hangup);
	MHD_resume_connection(c->mhd);
	http_kick(c->http);
}

static void connection_free(struct connection *c)
{
	struct http *h = c->http;

	connection_gone(c);
	LIST_REMOVE(c, link);
	sd_event_source_disable_unref(c->deadline);
	sd_event_source_disable_unref(c->hangup);
	if (c->response)
		MHD_destroy_response(c->response);
	free(c->request.target);
	secret_free(c->request.body);
	free(c);
	if (--h->n_connections == 0)
		h->callbacks.busy(h->userdata, false);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	struct http *h = cls;
	struct connection *c;
	int fd;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*context)
			connection_free(*context);
		*context = NULL;
		return;
	}
	fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	LIST_FOREACH(c, &h->connections, link)
		if (!c->mhd && c->fd == fd) {
			c->mhd = mhd;
			*context = c;
			return;
		}
}

/* ---- Accepting ----------------------------------------------------------------------------- */

/*
 * Of the connections that have not asked for anything yet, of this user or of all, the oldest goes:
 * who opens many keeps nobody out, not even himself.
 */
static void make_room(struct http *h, uid_t uid)
{
	struct connection *c, *oldest_of_all = NULL, *oldest = NULL;
	unsigned int n = 0, n_uid = 0;

	LIST_FOREACH(c, &h->connections, link) {
		if (c->left)
			continue;
		n++;
		n_uid += c->request.user.uid == uid;
		if (c->begun)
			continue;
		oldest_of_all = c;
		if (c->request.user.uid == uid)
			oldest = c;
	}
	if (n_uid >= HTTP_CONNECTIONS_PER_UID && oldest)
		connection_drop(oldest);
	else if (n >= HTTP_CONNECTIONS_MAX && oldest_of_all)
		connection_drop(oldest_of_all);
}

static bool is_full(const struct http *h, uid_t uid)
{
	const struct connection *c;
	unsigned int n = 0, n_uid = 0;

	LIST_FOREACH(c, &h->connections, link) {
		n += !c->left;
		n_uid += !c->left && c->request.user.uid == uid;
	}
	/* Those that were dropped are closed soon; never are there twice as many. */
	return n >= HTTP_CONNECTIONS_MAX || n_uid >= HTTP_CONNECTIONS_PER_UID ||
	       h->n_connections >= 2 * HTTP_CONNECTIONS_MAX;
}

static void add_connection(struct listener *l, int fd, const struct sockaddr *address,
			   socklen_t size)
{
	struct http *h = l->http;
	struct connection *c;
	struct user user;

	user_of(fd, &user);
	make_room(h, user.uid);
	c = is_full(h, user.uid) ? NULL : calloc(1, sizeof(*c));
	if (!c) {
		safe_close(fd);
		return;
	}
	c->http = h;
	c->fd = fd;
	c->request.port = l->port;
	c->request.user = user;
	LIST_INSERT_HEAD(&h->connections, c, link);
	if (h->n_connections++ == 0)
		h->callbacks.busy(h->userdata, true);
	connection_set_deadline(c, HTTP_REQUEST_S);
	/* Taken or not, the descriptor is the library's now: see forget_refused(). */
	MHD_add_connection(h->daemon, fd, address, size);
	http_kick(h);
}

static int on_accept(sd_event_source *source, int listen_fd, uint32_t events, void *userdata)
{
	struct listener *l = userdata;

	/* Many at once: who knocks without end must not have all others wait behind him. */
	for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
		struct sockaddr_storage address;
		socklen_t size = sizeof(address);
		int fd = accept4(listen_fd, (struct sockaddr *)&address, &size,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			break;
		add_connection(l, fd, (struct sockaddr *)&address, size);
	}
	return 0;
}

static int listen_at(const struct sockaddr *address, socklen_t size)
{
	_cleanup_close_ int fd = -1;
	int on = 1, keep;

	fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    (address->sa_family == AF_INET6 &&
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0) ||
	    bind(fd, address, size) < 0 || listen(fd, BACKLOG) < 0)
		return -errno;
	keep = fd;
	fd = -1;
	return keep;
}

static int add_listener(struct http *h, int fd, void *port)
{
	struct listener *l;
	int r;

	if (fd < 0)
		return fd;
	l = calloc(1, sizeof(*l));
	if (!l) {
		safe_close(fd);
		return -ENOMEM;
	}
	*l = (struct listener){ .http = h, .port = port, .fd = fd };
	r = sd_event_add_io(h->event, &l->io, fd, EPOLLIN, on_accept, l);
	if (r < 0) {
		safe_close(fd);
		free(l);
		return r;
	}
	LIST_INSERT_HEAD(&h->listeners, l, link);
	return 0;
}

static void remove_listener(struct listener *l)
{
	LIST_REMOVE(l, link);
	sd_event_source_disable_unref(l->io);
	safe_close(l->fd);
	free(l);
}

int http_listen(struct http *h, uint16_t port, void *userdata)
{
	struct sockaddr_in v4 = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	int r;

	r = add_listener(h, listen_at((struct sockaddr *)&v4, sizeof(v4)), userdata);
	if (r < 0)
		return r;
	r = add_listener(h, listen_at((struct sockaddr *)&v6, sizeof(v6)), userdata);
	/* "localhost" may mean ::1: half a port would send pages to whoever has the other half. */
	if (r == -EADDRINUSE || r == -ENOMEM) {
		remove_listener(LIST_FIRST(&h->listeners));
		return r;
	}
	return 0;
}

int http_check_users(struct http *h)
{
	const struct listener *l, *v4 = NULL;
	struct sockaddr_storage address = {};
	socklen_t size;

	LIST_FOREACH(l, &h->listeners, link) {
		size = sizeof(address);
		if (getsockname(l->fd, (struct sockaddr *)&address, &size) == 0 &&
		    address.ss_family == AF_INET)
			v4 = l;
	}
	return v4 ? user_check(v4->fd) : -ENOTCONN;
}

/* ---- The library in the loop --------------------------------------------------------------- */

/* Those that the library has not taken up by now it has closed. */
static void forget_refused(struct http *h)
{
	struct connection *c, *next;

	for (c = LIST_FIRST(&h->connections); c; c = next) {
		next = LIST_NEXT(c, link);
		if (!c->mhd)
			connection_free(c);
	}
}

static void run(struct http *h)
{
	MHD_UNSIGNED_LONG_LONG timeout;

	MHD_run(h->daemon);
	forget_refused(h);
	if (MHD_get_timeout(h->daemon, &timeout) == MHD_YES && timeout == 0)
		http_kick(h);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	run(userdata);
	return 0;
}

static int on_again(sd_event_source *source, void *userdata)
{
	run(userdata);
	return 0;
}

int http_new(sd_event *event, const struct http_callbacks *callbacks, void *userdata,
	     struct http **ret)
{
	_cleanup_(http_freep) struct http *h = calloc(1, sizeof(*h));
	int r, fd;

	if (!h)
		return -ENOMEM;
	h->event = sd_event_ref(event);
	h->callbacks = *callbacks;
	h->userdata = userdata;
	h->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
			MHD_ALLOW_UPGRADE,
		0, NULL, NULL, request_on_data, h,
		MHD_OPTION_URI_LOG_CALLBACK, request_on_uri, h,
		MHD_OPTION_NOTIFY_COMPLETED, request_on_completed, h,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LIBRARY_MEMORY,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)(2 * HTTP_CONNECTIONS_MAX),
		MHD_OPTION_END);
	if (!h->daemon)
		return -ENOMEM;
	fd = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	r = sd_event_add_io(event, &h->io, fd, EPOLLIN, on_io, h);
	if (r >= 0)
		r = sd_event_add_defer(event, &h->again, on_again, h);
	if (r >= 0)
		r = sd_event_source_set_enabled(h->again, SD_EVENT_OFF);
	if (r < 0)
		return r;
	*ret = h;
	h = NULL;
	return 0;
}

struct http *http_free(struct http *h)
{
	struct connection *c;

	if (!h)
		return NULL;
	while (!LIST_EMPTY(&h->listeners))
		remove_listener(LIST_FIRST(&h->listeners));
	/* The library does not stop while anything is suspended. */
	LIST_FOREACH(c, &h->connections, link) {
		connection_gone(c);
		connection_drop(c);
	}
	for (int i = 0; i < FAREWELL_RUNS && !LIST_EMPTY(&h->connections); i++)
		run(h);
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	sd_event_source_disable_unref(h->io);
	sd_event_source_disable_unref(h->again);
	sd_event_unref(h->event);
	free(h);
	return NULL;
}
