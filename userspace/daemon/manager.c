// SPDX-License-Identifier: GPL-2.0-or-later
#include "manager.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>

#include "find.h"
#include "keep.h"
#include "log.h"
#include "util.h"

enum { AWAIT_MS = 5000 };

/* One place where a reader is, or was given by the administrator. */
struct slot {
	struct manager *manager;
	struct device *device;
	char *syspath;			/* of udev's device; NULL: given by hand */
	unsigned long devnum;		/* the same path plugged in again has another */
	struct place place;
	struct slot *next;
};

struct manager {
	sd_event *event;
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event_source *monitor_source;
	struct manager_callbacks callbacks;
	struct keep *keep;
	unsigned int awaited;	/* clients of the daemon before come back */
	uint64_t await_until;
	struct reader_want want;
	struct slot *slots;
};

static void look(struct manager *m, const char *syspath);

static void on_changed(struct device *d, void *userdata)
{
	struct slot *s = userdata;

	s->manager->callbacks.device(d, DEVICE_CHANGED, s->manager->callbacks.userdata);
}

static void on_card(struct device *d, const struct reader_event *event, void *userdata)
{
	struct slot *s = userdata;

	s->manager->callbacks.card(d, event, s->manager->callbacks.userdata);
}

static void slot_free(struct slot *s)
{
	device_free(s->device);
	free(s->syspath);
	free(s);
}

static void on_gone(struct device *d, void *userdata)
{
	struct slot *s = userdata, **link;
	struct manager *m = s->manager;

	for (link = &m->slots; *link != s; link = &(*link)->next)
		;
	*link = s->next;
	log_line(LOG_INFO, "%s: gone", device_name(d));
	m->callbacks.device(d, DEVICE_REMOVED, m->callbacks.userdata);
	/* The node may have gone and the reader stayed: module removed, or plugged in again. */
	if (s->syspath)
		look(m, s->syspath);
	slot_free(s);
}

/* A reader that does not fit in is not remembered: no reason to be without it. */
static void set_memory(struct manager *m, struct slot *s, const char *name, uint64_t since)
{
	struct reader_memory *memory = m->keep ? keep_of(m->keep, name, since) : NULL;

	if (memory)
		device_set_memory(s->device, memory);
}

/* @f: what udev knows of it, or NULL. */
static int add(struct manager *m, const char *name, const struct place *place,
	       const char *syspath, const struct found *f)
{
	struct slot *s = calloc(1, sizeof(*s));
	const struct device_callbacks callbacks = {
		.changed = on_changed,
		.card = on_card,
		.gone = on_gone,
		.userdata = s,
	};
	int r = -ENOMEM;

	if (!s)
		return -ENOMEM;
	s->manager = m;
	s->place = *place;
	s->devnum = f ? f->devnum : 0;
	if (syspath && !(s->syspath = strdup(syspath)))
		goto fail;
	r = device_new(m->event, name, place, &callbacks, &s->device);
	if (r < 0)
		goto fail;
	set_memory(m, s, name, f ? f->since : 0);
	if (now_usec() < m->await_until)
		device_wait(s->device, m->await_until);
	s->next = m->slots;
	m->slots = s;
	log_line(LOG_INFO, "%s: reader at %s", name, place->path);
	m->callbacks.device(s->device, DEVICE_ADDED, m->callbacks.userdata);
	device_set_want(s->device, &m->want);
	return 0;
fail:
	slot_free(s);
	return log_errno(LOG_ERR, r, "%s: cannot take the reader", name);
}

static struct slot *find_slot(struct manager *m, const char *syspath)
{
	struct slot *s = m->slots;

	while (s && (!s->syspath || strcmp(s->syspath, syspath) != 0))
		s = s->next;
	return s;
}

/* A tty that the configuration names as well is that reader already. */
static bool is_given(const struct manager *m, const struct found *f)
{
	struct stat st;

	for (const struct slot *s = m->slots; s; s = s->next)
		if (!s->syspath && stat(s->place.path, &st) == 0 && st.st_rdev == f->devnum)
			return true;
	return false;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->kind == b->kind && a->options.baud == b->options.baud &&
	       a->options.dialect == b->options.dialect;
}

/*
 * Something changed at this device: is there a reader to take? What is there now counts, and
 * not what the event was about: udev may be many plug-ins behind.
 */
static void look(struct manager *m, const char *syspath)
{
	struct slot *s = find_slot(m, syspath);
	struct found f;

	if (find_reader(m->udev, syspath, &f) < 0)
		return;
	if (s) {
		/* The same socket, another device: on_gone() looks again. */
		if (s->devnum != f.devnum || !same_place(&s->place, &f.place))
			device_unplugged(s->device);
		return;
	}
	if (!is_given(m, &f))
		add(m, f.name, &f.place, syspath, &f);
}

static void removed(struct manager *m, struct udev_device *d)
{
	struct slot *s = find_slot(m, udev_device_get_syspath(d));

	if (s && s->devnum == udev_device_get_devnum(d))
		device_unplugged(s->device);
}

static void on_found(const char *syspath, void *userdata)
{
	look(userdata, syspath);
}

/*
 * Events were lost, and more will be, without a word, until what waits is taken out. Then: what is
 * there, and what is not any more?
 */
static void look_at_all(struct manager *m)
{
	struct udev_device *d;
	struct found f;

	do {
		errno = 0;
		d = udev_monitor_receive_device(m->monitor);
		udev_device_unref(d);
	} while (d || errno == ENOBUFS);
	log_line(LOG_NOTICE, "too many events of udev at once; looking at all devices");
	for (struct slot *s = m->slots; s; s = s->next)
		if (s->syspath && find_reader(m->udev, s->syspath, &f) == -ENOENT)
			device_unplugged(s->device);
	find_all(m->udev, on_found, m);
}

static int on_udev(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct manager *m = userdata;
	struct udev_device *d, *owner;
	const char *action;

	errno = 0;
	d = udev_monitor_receive_device(m->monitor);
	if (!d) {
		if (errno == ENOBUFS)
			look_at_all(m);
		return 0;
	}
	owner = find_owner(d);
	action = udev_device_get_action(d);
	if (owner == d && action && strcmp(action, "remove") == 0)
		removed(m, owner);
	else if (owner)
		look(m, udev_device_get_syspath(owner));
	udev_device_unref(d);
	return 0;
}

int manager_new(sd_event *event, const struct manager_callbacks *callbacks, struct manager **ret)
{
	struct manager *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->event = sd_event_ref(event);
	m->callbacks = *callbacks;
	*ret = m;
	return 0;
}

struct manager *manager_free(struct manager *m)
{
	struct slot *s, *next;

	if (!m)
		return NULL;
	for (s = m->slots; s; s = next) {
		next = s->next;
		slot_free(s);
	}
	sd_event_source_disable_unref(m->monitor_source);
	udev_monitor_unref(m->monitor);
	udev_unref(m->udev);
	sd_event_unref(m->event);
	free(m);
	return NULL;
}

void manager_set_keep(struct manager *m, struct keep *keep)
{
	m->keep = keep;
}

static void wait_until(struct manager *m, uint64_t usec)
{
	m->await_until = usec;
	for (struct slot *s = m->slots; s; s = s->next)
		device_wait(s->device, usec);
}

void manager_await_watchers(struct manager *m, unsigned int n)
{
	m->awaited = n;
	wait_until(m, now_usec() + AWAIT_MS * UINT64_C(1000));
}

bool manager_watchers(struct manager *m, unsigned int n)
{
	uint64_t now = now_usec();

	if (now >= m->await_until)
		return true;
	if (n < m->awaited)
		return false;
	wait_until(m, now);
	return true;
}

/* The monitor first: what comes between the two steps is then seen twice, not never. */
int manager_start_udev(struct manager *m)
{
	int r;

	m->udev = udev_new();
	if (!m->udev)
		return -ENOMEM;
	m->monitor = udev_monitor_new_from_netlink(m->udev, "udev");
	if (!m->monitor)
		return -ENOMEM;
	r = find_filter(m->monitor);
	if (r >= 0)
		r = udev_monitor_enable_receiving(m->monitor);
	if (r >= 0)
		r = sd_event_add_io(m->event, &m->monitor_source, udev_monitor_get_fd(m->monitor),
				    EPOLLIN, on_udev, m);
	return r < 0 ? r : find_all(m->udev, on_found, m);
}

int manager_add(struct manager *m, const struct place *place)
{
	const char *base = strrchr(place->path, '/');

	return add(m, base ? base + 1 : place->path, place, NULL, NULL);
}

void manager_set_want(struct manager *m, const struct reader_want *want)
{
	m->want = *want;
	for (struct slot *s = m->slots; s; s = s->next)
		device_set_want(s->device, &m->want);
}

void manager_read_again(struct manager *m, const struct device *d)
{
	for (struct slot *s = m->slots; s; s = s->next)
		if (s->device == d)
			device_read_again(s->device);
}

bool manager_busy(const struct manager *m)
{
	for (const struct slot *s = m->slots; s; s = s->next)
		if (device_busy(s->device))
			return true;
	return false;
}

json_t *manager_to_json(const struct manager *m)
{
	json_t *array = json_array();

	for (const struct slot *s = m->slots; s; s = s->next)
		json_array_append_new(array, device_to_json(s->device));
	return array;
}
