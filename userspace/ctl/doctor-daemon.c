// SPDX-License-Identifier: GPL-2.0-or-later
/* The socket, who listens there, and what the daemon says of its readers. */
#include <poll.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>

#include "ctl.h"
#include "doctor.h"
#include "stream.h"

enum {
	ANSWER_MS = 5000,
	SETTLE_MS = 6000,	/* for readers that the daemon has just found */
	AGAIN_MS = 100,
};

/* Systemd, the daemon, or this user's own, as in a test. */
static bool is_strange(int fd)
{
	const struct passwd *user = getpwnam("idcard");
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	return peer.uid != 0 && peer.uid != geteuid() && !(user && peer.uid == user->pw_uid);
}

static void look_at_socket(const struct ctl *c, struct doctor_facts *f)
{
	_cleanup_close_ int fd = stream_connect(stream_path(c->socket), ANSWER_MS);

	f->other_socket = !c->socket && getenv("IDCARD_SOCKET");
	f->socket = fd < 0 ? fd : 0;
	f->strange_listener = fd >= 0 && is_strange(fd);
}

static void copy(const json_t *object, const char *name, char *ret, size_t size)
{
	snprintf(ret, size, "%s", json_text(object, name));
}

static void take_device(const json_t *object, struct doctor_device *d)
{
	const char *sam = json_text(object, "sam_id");

	copy(object, "name", d->name, sizeof(d->name));
	copy(object, "transport", d->transport, sizeof(d->transport));
	copy(object, "state", d->state, sizeof(d->state));
	copy(object, "error", d->error, sizeof(d->error));
	/* the kind of module; what follows is the number of this one */
	snprintf(d->sam, sizeof(d->sam), "%.*s", (int)strcspn(sam, "-"), sam);
}

json_t *doctor_ask(struct ctl *c, const char *class)
{
	uint64_t deadline = now_usec() + ANSWER_MS * UINT64_C(1000);
	const char *line;

	if (ctl_send(c, json_pack("{s:s}", "class", class)) != CTL_OK)
		return NULL;
	while (now_usec() < deadline && idcard_client_receive(c->client, ANSWER_MS, &line) > 0) {
		json_t *object = json_loads(line, 0, NULL);

		if (object && ctl_is_reply(object))
			return object;
		json_decref(object);
	}
	return NULL;
}

static void take_devices(struct ctl *c, struct doctor_facts *f)
{
	json_auto_t *reply = doctor_ask(c, "DEVICES");
	const json_t *devices = json_object_get(reply, "devices"), *device;
	size_t i;

	f->n_devices = 0;
	f->devices_known = json_is_array(devices);
	json_array_foreach(devices, i, device)
		if (f->n_devices < DOCTOR_DEVICES_MAX)
			take_device(device, &f->devices[f->n_devices++]);
}

static bool is_settled(const struct doctor_facts *f)
{
	if (!f->devices_known)
		return true;
	for (size_t i = 0; i < f->n_devices; i++)
		if (strcmp(f->devices[i].state, "opening") == 0 ||
		    strcmp(f->devices[i].state, "starting") == 0)
			return false;
	return f->n_devices || !f->n_readers;
}

void doctor_look_at_daemon(struct ctl *c, struct doctor_facts *f)
{
	uint64_t deadline = now_usec() + SETTLE_MS * UINT64_C(1000);

	look_at_socket(c, f);
	if (f->socket < 0)
		return;
	f->daemon = idcard_client_open(stream_path(c->socket), &c->client);
	if (f->daemon < 0)
		return;
	snprintf(f->release, sizeof(f->release), "%s", idcard_client_release(c->client));
	take_devices(c, f);
	while (!is_settled(f) && now_usec() < deadline) {
		poll(NULL, 0, AGAIN_MS);
		take_devices(c, f);
	}
}
