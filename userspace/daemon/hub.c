// SPDX-License-Identifier: GPL-2.0-or-later
#include "hub-internal.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "access.h"
#include "util.h"

static void end_work(struct client *c)
{
	claim_end(c);
	decode_end(c);
}

/* What a client held is free for the others. */
static void work_ended(struct hub *hub)
{
	decodes_go_on(hub);
	claims_changed(hub);
}

static int on_ended(sd_event_source *s, void *userdata)
{
	work_ended(userdata);
	return 0;
}

int hub_new(sd_event *event, const struct hub_backend *backend, struct hub **ret)
{
	struct hub *hub = calloc(1, sizeof(*hub));
	int r;

	if (!hub)
		return -ENOMEM;
	hub->listen_fd = -1;
	hub->event = sd_event_ref(event);
	r = sd_event_add_defer(event, &hub->ended, on_ended, hub);
	if (r >= 0)
		r = sd_event_source_set_enabled(hub->ended, SD_EVENT_OFF);
	if (r < 0) {
		hub_free(hub);
		return r;
	}
	hub->backend = *backend;
	hub->group = access_group();
	hub->started = now_usec();
	*ret = hub;
	return 0;
}

struct hub *hub_free(struct hub *hub)
{
	if (!hub)
		return NULL;
	for (size_t i = 0; i < hub->n_clients; i++) {
		end_work(hub->clients[i]);
		client_free(hub->clients[i]);
	}
	claims_free(hub);
	quotas_free(&hub->quotas);
	sd_event_source_disable_unref(hub->ended);
	sd_event_source_disable_unref(hub->listener);
	sd_event_source_disable_unref(hub->listen_again);
	safe_close(hub->listen_fd);
	sd_event_unref(hub->event);
	free(hub);
	return NULL;
}

static void add_want(struct reader_want *want, const struct identity_options *options)
{
	want->watch = true;
	want->fingerprint |= options->fingerprint;
	want->new_address |= options->new_address;
}

void hub_update_want(struct hub *hub)
{
	struct reader_want want = {};
	unsigned int watchers = 0;

	for (size_t i = 0; i < hub->n_clients; i++) {
		const struct client_watch *watch = client_watch(hub->clients[i]);
		const struct identity_options *options;

		if (watch->enabled) {
			add_want(&want, &watch->options);
			want.repeat |= watch->repeat;
		}
		if (client_reading(hub->clients[i], &options))
			add_want(&want, options);
		watchers += watch->enabled || client_reading(hub->clients[i], NULL);
	}
	if (watchers != hub->watchers && hub->backend.watchers)
		hub->backend.watchers(watchers, hub->backend.userdata);
	hub->watchers = watchers;
	claims_add_want(hub, &want);
	if (memcmp(&want, &hub->want, sizeof(want)) == 0)
		return;
	hub->want = want;
	hub->backend.want(&want, hub->backend.userdata);
}

bool hub_watched(const struct hub *hub)
{
	return hub->want.watch;
}

bool hub_repeats(const struct hub *hub)
{
	return hub->want.repeat;
}

static void on_gone(struct client *c, void *userdata)
{
	struct hub *hub = userdata;

	for (size_t i = 0; i < hub->n_clients; i++)
		if (hub->clients[i] == c)
			hub->clients[i] = hub->clients[--hub->n_clients];
	end_work(c);
	client_free(c);
	work_ended(hub);
}

/* Why no card came: what is wrong with the readers, if something is with all of them. */
static enum idcard_error why_no_card(const json_t *devices)
{
	enum idcard_error error = IDCARD_ERROR_NO_READER;
	const json_t *device;
	size_t i;

	json_array_foreach(devices, i, device) {
		const char *code = json_string_value(json_object_get(device, "error"));

		if (!code)
			return IDCARD_ERROR_TIMED_OUT;
		error = idcard_error_from_code(code);
	}
	return error;
}

static void on_read_timeout(struct client *c, void *userdata)
{
	struct hub *hub = userdata;
	json_t *devices, *id;

	if (!hub_may_have(hub, c))
		return hub_update_want(hub);
	devices = hub->backend.devices(hub->backend.userdata);
	id = client_read_end(c);
	client_send_error(c, why_no_card(devices), id);
	json_decref(devices);
	json_decref(id);
	hub_update_want(hub);
}

json_t *hub_version(void)
{
	return json_pack("{s:s, s:s, s:i, s:i}", "class", "VERSION", "release", IDCARD_VERSION,
			 "proto_major", 1, "proto_minor", 0);
}

static void greet(struct client *c)
{
	json_t *object = hub_version();

	client_send(c, object);
	json_decref(object);
}

static void on_room(struct client *c, void *userdata)
{
	struct hub *hub = userdata;

	if (hub_may_have(hub, c))
		client_release(c);
}

static bool too_many(const struct hub *hub, const struct quota *q)
{
	size_t left = CLIENTS_MAX - hub->n_clients;

	if (q->uid == 0)
		return left == 0;
	/* No more than are left for the others: users together cannot shut out another. */
	return q->connections >= CLIENTS_PER_UID || q->connections + CLIENTS_KEPT >= left;
}

static void refuse(int fd, enum idcard_error error)
{
	char line[512];
	int n = snprintf(line, sizeof(line),
			 "{\"class\":\"ERROR\",\"code\":\"%s\",\"message\":\"%s\"}\n",
			 idcard_error_code(error), idcard_error_text(error, false));

	(void)!send(fd, line, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	safe_close(fd);
}

/* It connected and went: to find out who it was would have the others wait. */
static bool has_gone(int fd)
{
	struct pollfd p = { .fd = fd };

	return poll(&p, 1, 0) == 1 && p.revents & POLLHUP;
}

/* False: nobody else waits. */
static bool accept_one(struct hub *hub, int listen_fd)
{
	const struct client_callbacks callbacks = {
		.request = hub_request,
		.read_timeout = on_read_timeout,
		.room = on_room,
		.gone = on_gone,
		.userdata = hub,
	};
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	enum access access;
	struct quota *quota;
	struct client *c;
	uid_t uid;

	if (fd < 0)
		return false;
	if (has_gone(fd)) {
		safe_close(fd);
		return true;
	}
	access = access_of_peer(fd, hub->group, &uid);
	if (access == ACCESS_DENIED) {
		refuse(fd, IDCARD_ERROR_PERMISSION_DENIED);
		return true;
	}
	quota = quota_of(&hub->quotas, uid, now_usec());
	if (!quota || too_many(hub, quota)) {
		refuse(fd, IDCARD_ERROR_TOO_MANY);
		return true;
	}
	if (client_new(hub->event, fd, quota, access, &callbacks, &c) < 0)
		return true;
	hub->clients[hub->n_clients++] = c;
	greet(c);
	return true;
}

static int on_listen_again(sd_event_source *s, uint64_t usec, void *userdata)
{
	struct hub *hub = userdata;

	hub->listen_again = sd_event_source_disable_unref(hub->listen_again);
	return sd_event_source_set_enabled(hub->listener, SD_EVENT_ON);
}

/* Those who are in have their turn. */
static int rest(struct hub *hub)
{
	int r = sd_event_add_time_relative(hub->event, &hub->listen_again, CLOCK_MONOTONIC,
					   ACCEPT_PAUSE_MS * UINT64_C(1000), 0, on_listen_again,
					   hub);

	return r < 0 ? r : sd_event_source_set_enabled(hub->listener, SD_EVENT_OFF);
}

/*
 * Before anything that clients send, however many they are, so that nobody waits long to get in;
 * and not all the time, so that who knocks without end does not have them all wait.
 */
static int on_accept(sd_event_source *s, int listen_fd, uint32_t events, void *userdata)
{
	struct hub *hub = userdata;

	uint64_t begun = now_usec();

	bucket_refill(&hub->knocks, ACCEPT_USEC_PER_S, begun);
	if (hub->knocks.taken > ACCEPT_BURST_USEC)
		return rest(hub);
	for (int i = 0; i < ACCEPTS_AT_ONCE && accept_one(hub, listen_fd); i++)
		;
	hub->knocks.taken += (double)(now_usec() - begun);
	return 0;
}

int hub_listen(struct hub *hub, int fd)
{
	int r;

	safe_close(hub->listen_fd);
	hub->listen_fd = fd;
	hub->listener = sd_event_source_disable_unref(hub->listener);
	hub->listen_again = sd_event_source_disable_unref(hub->listen_again);
	/* The service manager hands on a socket that blocks. */
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	r = sd_event_add_io(hub->event, &hub->listener, fd, EPOLLIN, on_accept, hub);
	return r < 0 ? r : sd_event_source_set_priority(hub->listener, ACCEPT_PRIORITY);
}

/* The seat may have passed to another user since this one connected. */
bool hub_may_have(struct hub *hub, struct client *c)
{
	if (client_access(c) != ACCESS_SEAT || access_at_seat(client_uid(c)))
		return true;
	client_watch(c)->enabled = false;
	json_decref(client_read_end(c));
	end_work(c);
	client_drop(c);
	client_send_error(c, IDCARD_ERROR_PERMISSION_DENIED, NULL);
	client_finish(c);
	sd_event_source_set_enabled(hub->ended, SD_EVENT_ONESHOT);
	return false;
}

void hub_publish(struct hub *hub, json_t *object)
{
	for (size_t i = 0; i < hub->n_clients; i++)
		if (client_watch(hub->clients[i])->enabled && hub_may_have(hub, hub->clients[i]))
			client_send(hub->clients[i], object);
}

/* The reply to a READ; the object is the client's own. */
static void answer_read(struct client *c, json_t *object)
{
	json_t *id = client_read_end(c);

	if (id)
		json_object_set_new(object, "id", id);
	client_send(c, object);
}

void hub_publish_error(struct hub *hub, json_t *object, bool placement)
{
	hub->placements += placement;
	for (size_t i = 0; i < hub->n_clients; i++) {
		struct client *c = hub->clients[i];
		json_t *copy;

		if (placement && client_reading(c, NULL)) {
			copy = json_copy(object);
			if (hub_may_have(hub, c) && copy)
				answer_read(c, copy);
			json_decref(copy);
		} else if (client_watch(c)->enabled && hub_may_have(hub, c)) {
			client_send(c, object);
		}
	}
	hub_update_want(hub);
}

static void deliver(struct hub *hub, struct client *c, struct sighting *s, bool again)
{
	const struct client_watch *watch = client_watch(c);
	const struct identity_options *wanted = &watch->options;
	bool reading = !again && client_reading(c, &wanted);
	struct identity_options options = *wanted;
	json_t *id;

	if (!reading && !(watch->enabled && (!again || watch->repeat)))
		return;
	if (!hub_may_have(hub, c))
		return;
	if (!sighting_ready(s, &options))
		sighting_prepare(s);
	/* Answered from here on, even if the picture is to come: the next card is not for it. */
	id = reading ? client_read_end(c) : NULL;
	client_send_sighting(c, s, &options, id);
	json_decref(id);
}

void hub_publish_identity(struct hub *hub, struct sighting *s, bool again)
{
	hub->placements += !again;
	for (size_t i = 0; i < hub->n_clients; i++)
		deliver(hub, hub->clients[i], s, again);
	hub_update_want(hub);
}

void hub_pictures_ready(struct hub *hub)
{
	for (size_t i = 0; i < hub->n_clients; i++)
		if (client_releasable(hub->clients[i]) && hub_may_have(hub, hub->clients[i]))
			client_release(hub->clients[i]);
	decodes_go_on(hub);
	hub_update_want(hub);
}
