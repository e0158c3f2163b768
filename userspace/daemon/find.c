// SPDX-License-Identifier: GPL-2.0-or-later
#include "find.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "util.h"

DEFINE_CLEANUP(struct udev_device *, udev_device_unref)
DEFINE_CLEANUP(struct udev_enumerate *, udev_enumerate_unref)
#define _cleanup_udev_device_ _cleanup_(udev_device_unrefp)
#define _cleanup_udev_enumerate_ _cleanup_(udev_enumerate_unrefp)

static bool is_marked(struct udev_device *d, const char *property)
{
	const char *value = udev_device_get_property_value(d, property);

	return value && strcmp(value, "1") == 0;
}

/* The first child of @parent in @subsystem that udev is through with. */
static struct udev_device *child(struct udev *udev, struct udev_device *parent,
				 const char *subsystem, const char *devtype)
{
	_cleanup_udev_enumerate_ struct udev_enumerate *e = udev_enumerate_new(udev);
	struct udev_list_entry *entry;

	if (!e || udev_enumerate_add_match_parent(e, parent) < 0 ||
	    udev_enumerate_add_match_subsystem(e, subsystem) < 0 ||
	    udev_enumerate_add_match_is_initialized(e) < 0 || udev_enumerate_scan_devices(e) < 0)
		return NULL;
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(e)) {
		struct udev_device *d =
			udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));
		const char *type = d ? udev_device_get_devtype(d) : NULL;

		if (d && (!devtype || (type && strcmp(type, devtype) == 0)))
			return d;
		udev_device_unref(d);
	}
	return NULL;
}

static int take(struct found *f, enum transport_kind kind, const char *node)
{
	if (!node || strlen(node) >= sizeof(f->place.path))
		return -EAGAIN;
	f->place.kind = kind;
	strcpy(f->place.path, node);
	return 0;
}

/*
 * The node of the module if there is one. Else libusb, but not before udev is through with the
 * interface: until then the module may still be on its way to bind it.
 */
static int find_usb(struct udev *udev, struct udev_device *usb, struct found *f)
{
	_cleanup_udev_device_ struct udev_device *raw = child(udev, usb, "idcardraw", NULL);
	_cleanup_udev_device_ struct udev_device *interface = NULL;
	const char *driver, *node;

	if (!is_marked(usb, "ID_IDCARD"))
		return -ENOENT;
	node = raw ? udev_device_get_devnode(raw) : NULL;
	if (node)
		return take(f, TRANSPORT_NODE, node);
	interface = child(udev, usb, "usb", "usb_interface");
	if (!interface)
		return -EAGAIN;
	driver = udev_device_get_driver(interface);
	if (driver && strcmp(driver, "idcard") == 0)
		return -EAGAIN;
	return take(f, TRANSPORT_USB, udev_device_get_devnode(usb));
}

static int find_serial(struct udev_device *tty, struct found *f)
{
	static const char *const properties[][2] = {
		{ "baud", "ID_IDCARD_BAUD" },
		{ "dialect", "ID_IDCARD_DIALECT" },
	};

	if (!is_marked(tty, "ID_IDCARD_SERIAL"))
		return -ENOENT;
	for (size_t i = 0; i < ELEMENTSOF(properties); i++) {
		const char *value = udev_device_get_property_value(tty, properties[i][1]);

		if (value && transport_option(&f->place.options, properties[i][0], value) < 0)
			return log_errno(LOG_ERR, -EINVAL, "%s: wrong %s in the udev rules",
					 udev_device_get_sysname(tty), properties[i][1]);
	}
	return take(f, TRANSPORT_SERIAL, udev_device_get_devnode(tty));
}

/* "usb-1-2", with ":1.1" where the reader is not the first interface; else the device's name. */
static void name(struct udev_device *d, char *ret, size_t size)
{
	const char *type = udev_device_get_devtype(d), *port, *interface;
	struct udev_device *parent = NULL;

	if (!type || strcmp(type, "usb_device") != 0)
		parent = udev_device_get_parent_with_subsystem_devtype(d, "usb", "usb_interface");
	if (parent)
		d = parent;
	port = udev_device_get_sysname(d);
	interface = strchr(port, ':');
	type = udev_device_get_devtype(d);
	if (!type || strncmp(type, "usb_", 4) != 0)
		snprintf(ret, size, "%s", port);
	else if (interface && strcmp(interface, ":1.0") == 0)
		snprintf(ret, size, "usb-%.*s", (int)(interface - port), port);
	else
		snprintf(ret, size, "usb-%s", port);
}

static uint64_t plugged_since(struct udev_device *d)
{
	const char *value = udev_device_get_property_value(d, "USEC_INITIALIZED");

	return value ? strtoull(value, NULL, 10) : 0;
}

int find_reader(struct udev *udev, const char *syspath, struct found *ret)
{
	_cleanup_udev_device_ struct udev_device *d = udev_device_new_from_syspath(udev, syspath);
	const char *subsystem = d ? udev_device_get_subsystem(d) : NULL;
	struct found f = {};
	int r = -ENOENT;

	if (!subsystem)
		return -ENOENT;
	if (strcmp(subsystem, "usb") == 0)
		r = find_usb(udev, d, &f);
	else if (strcmp(subsystem, "tty") == 0)
		r = find_serial(d, &f);
	else if (strcmp(subsystem, "hidraw") == 0 && is_marked(d, "ID_IDCARD"))
		r = take(&f, TRANSPORT_HID, udev_device_get_devnode(d));
	if (r < 0)
		return r;
	f.devnum = udev_device_get_devnum(d);
	f.since = plugged_since(d);
	name(d, f.name, sizeof(f.name));
	*ret = f;
	return 0;
}

struct udev_device *find_owner(struct udev_device *d)
{
	const char *subsystem = udev_device_get_subsystem(d), *type = udev_device_get_devtype(d);

	if (subsystem && (strcmp(subsystem, "hidraw") == 0 || strcmp(subsystem, "tty") == 0))
		return d;
	if (type && strcmp(type, "usb_device") == 0)
		return d;
	return udev_device_get_parent_with_subsystem_devtype(d, "usb", "usb_device");
}

static const char *const subsystems[] = { "usb", "idcardraw", "hidraw", "tty" };

int find_filter(struct udev_monitor *monitor)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ELEMENTSOF(subsystems); i++)
		r = udev_monitor_filter_add_match_subsystem_devtype(monitor, subsystems[i], NULL);
	return r;
}

int find_all(struct udev *udev, void (*each)(const char *syspath, void *userdata), void *userdata)
{
	_cleanup_udev_enumerate_ struct udev_enumerate *e = udev_enumerate_new(udev);
	struct udev_list_entry *entry;
	int r = 0;

	if (!e)
		return -ENOMEM;
	for (size_t i = 0; r >= 0 && i < ELEMENTSOF(subsystems); i++)
		r = udev_enumerate_add_match_subsystem(e, subsystems[i]);
	if (r >= 0)
		r = udev_enumerate_add_match_property(e, "ID_IDCARD", "1");
	if (r >= 0)
		r = udev_enumerate_add_match_property(e, "ID_IDCARD_SERIAL", "1");
	if (r >= 0)
		r = udev_enumerate_add_match_is_initialized(e);
	if (r >= 0)
		r = udev_enumerate_scan_devices(e);
	if (r < 0)
		return r;
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(e)) {
		each(udev_list_entry_get_name(entry), userdata);
	}
	return 0;
}
