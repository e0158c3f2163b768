// SPDX-License-Identifier: GPL-2.0-or-later
#include "manager.h"

#include <errno.h>
#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "log.h"
#include "util.h"

DEFINE_CLEANUP(struct udev_device *, udev_device_unref)
DEFINE_CLEANUP(struct udev_enumerate *, udev_enumerate_unref)
#define _cleanup_udev_device_ _cleanup_(udev_device_unrefp)
#define _cleanup_udev_enumerate_ _cleanup_(udev_enumerate_unrefp)

/* One place where a reader is, or was given on the command line. */
struct slot {
	struct manager *manager;
	struct device *device;
	char *syspath;			/* of the USB device; NULL: given by hand */
	unsigned long devnum;		/* the same path plugged in again has another */
	enum transport_kind kind;
	struct slot *next;
};

struct manager {
	sd_event *event;
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event_source *monitor_source;
	struct manager_callbacks callbacks;
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

static int add(struct manager *m, const char *name, enum transport_kind kind, const char *path,
	       const char *syspath, unsigned long devnum)
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
	s->kind = kind;
	s->devnum = devnum;
	if (syspath && !(s->syspath = strdup(syspath)))
		goto fail;
	r = device_new(m->event, name, kind, path, &callbacks, &s->device);
	if (r < 0)
		goto fail;
	s->next = m->slots;
	m->slots = s;
	log_line(LOG_INFO, "%s: reader at %s", name, path);
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

/* The first initialised device of @subsystem below @parent, or NULL. */
static struct udev_device *child(struct manager *m, struct udev_device *parent,
				 const char *subsystem, const char *devtype)
{
	_cleanup_udev_enumerate_ struct udev_enumerate *e = udev_enumerate_new(m->udev);
	struct udev_list_entry *entry;

	if (!e || udev_enumerate_add_match_parent(e, parent) < 0 ||
	    udev_enumerate_add_match_subsystem(e, subsystem) < 0 ||
	    udev_enumerate_add_match_is_initialized(e) < 0 || udev_enumerate_scan_devices(e) < 0)
		return NULL;
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(e)) {
		struct udev_device *d =
			udev_device_new_from_syspath(m->udev, udev_list_entry_get_name(entry));
		const char *type = d ? udev_device_get_devtype(d) : NULL;

		if (d && (!devtype || (type && strcmp(type, devtype) == 0)))
			return d;
		udev_device_unref(d);
	}
	return NULL;
}

/*
 * The node of the module if there is one. Else libusb, but not before udev is through with the
 * interface: until then the module may still be on its way to bind it.
 */
static int choose(struct manager *m, struct udev_device *usb, enum transport_kind *ret_kind,
		  char ret_path[64])
{
	_cleanup_udev_device_ struct udev_device *raw = child(m, usb, "idcardraw", NULL);
	_cleanup_udev_device_ struct udev_device *interface = NULL;
	const char *driver, *node;

	node = raw ? udev_device_get_devnode(raw) : NULL;
	if (node) {
		*ret_kind = TRANSPORT_NODE;
		snprintf(ret_path, 64, "%s", node);
		return 0;
	}
	interface = child(m, usb, "usb", "usb_interface");
	node = udev_device_get_devnode(usb);
	if (!interface || !node)
		return -EAGAIN;
	driver = udev_device_get_driver(interface);
	if (driver && strcmp(driver, "idcard") == 0)
		return -EAGAIN;
	*ret_kind = TRANSPORT_USB;
	snprintf(ret_path, 64, "%s", node);
	return 0;
}

/*
 * Something changed at this USB device: is there a reader to take? What is there now counts, and
 * not what the event was about: udev may be many plug-ins behind.
 */
static void look(struct manager *m, const char *syspath)
{
	_cleanup_udev_device_ struct udev_device *usb =
		udev_device_new_from_syspath(m->udev, syspath);
	const char *mark = usb ? udev_device_get_property_value(usb, "ID_IDCARD") : NULL;
	struct slot *s = find_slot(m, syspath);
	enum transport_kind kind;
	char path[64], name[64];

	if (!mark || strcmp(mark, "1") != 0 || choose(m, usb, &kind, path) < 0)
		return;
	if (s) {
		/* The same socket, another device: on_gone() looks again. */
		if (s->devnum != udev_device_get_devnum(usb) || s->kind != kind)
			device_unplugged(s->device);
		return;
	}
	snprintf(name, sizeof(name), "usb-%s", udev_device_get_sysname(usb));
	add(m, name, kind, path, syspath, udev_device_get_devnum(usb));
}

static void usb_removed(struct manager *m, struct udev_device *usb)
{
	struct slot *s = find_slot(m, udev_device_get_syspath(usb));

	if (s && s->devnum == udev_device_get_devnum(usb))
		device_unplugged(s->device);
}

static int on_udev(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct manager *m = userdata;
	_cleanup_udev_device_ struct udev_device *d = udev_monitor_receive_device(m->monitor);
	struct udev_device *usb = d;
	const char *type, *action;

	if (!d)
		return 0;
	type = udev_device_get_devtype(d);
	action = udev_device_get_action(d);
	if (!type || strcmp(type, "usb_device") != 0)
		usb = udev_device_get_parent_with_subsystem_devtype(d, "usb", "usb_device");
	if (!usb)
		return 0;
	if (usb == d && action && strcmp(action, "remove") == 0)
		usb_removed(m, usb);
	else
		look(m, udev_device_get_syspath(usb));
	return 0;
}

static int enumerate(struct manager *m)
{
	_cleanup_udev_enumerate_ struct udev_enumerate *e = udev_enumerate_new(m->udev);
	struct udev_list_entry *entry;
	int r;

	if (!e)
		return -ENOMEM;
	r = udev_enumerate_add_match_subsystem(e, "usb");
	if (r >= 0)
		r = udev_enumerate_add_match_property(e, "ID_IDCARD", "1");
	if (r >= 0)
		r = udev_enumerate_add_match_is_initialized(e);
	if (r >= 0)
		r = udev_enumerate_scan_devices(e);
	if (r < 0)
		return r;
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(e)) {
		look(m, udev_list_entry_get_name(entry));
	}
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
	r = udev_monitor_filter_add_match_subsystem_devtype(m->monitor, "usb", NULL);
	if (r >= 0)
		r = udev_monitor_filter_add_match_subsystem_devtype(m->monitor, "idcardraw", NULL);
	if (r >= 0)
		r = udev_monitor_enable_receiving(m->monitor);
	if (r >= 0)
		r = sd_event_add_io(m->event, &m->monitor_source, udev_monitor_get_fd(m->monitor),
				    EPOLLIN, on_udev, m);
	return r < 0 ? r : enumerate(m);
}

int manager_add(struct manager *m, const char *spec)
{
	const char *path = strchr(spec, ':');
	const char *base;

	if (!path)
		return -EINVAL;
	path++;
	base = strrchr(path, '/');
	base = base ? base + 1 : path;
	for (int kind = 0; kind < _TRANSPORT_KIND_MAX; kind++) {
		const char *word = transport_kind_to_string(kind);

		if (strlen(word) == (size_t)(path - 1 - spec) &&
		    strncmp(word, spec, strlen(word)) == 0)
			return add(m, base, kind, path, NULL, 0);
	}
	return -EINVAL;
}

void manager_set_want(struct manager *m, const struct reader_want *want)
{
	m->want = *want;
	for (struct slot *s = m->slots; s; s = s->next)
		device_set_want(s->device, &m->want);
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
