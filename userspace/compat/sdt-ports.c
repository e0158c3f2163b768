// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sdt-ports.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "errors.h"
#include "sdt.h"
#include "util.h"

enum kind {
	KIND_OTHER,
	KIND_USB,
	KIND_HID,
	KIND_SERIAL,
};

struct device {
	const char *name, *path;	/* NULL: there are no more */
	enum kind kind;
	bool gone;
};

int port_index(int port)
{
	if (port >= SDT_COM_FIRST && port <= SDT_COM_LAST)
		return port - SDT_COM_FIRST;
	if (port >= SDT_USB_FIRST && port <= SDT_USB_LAST)
		return COMPAT_COM_MAX + port - SDT_USB_FIRST;
	return port == SDT_USB_HID ? PORTS_COUNT - 1 : -EINVAL;
}

static const char *member(const struct json_text *t, unsigned int n, const char *key)
{
	char path[64];

	snprintf(path, sizeof(path), "devices.%u.%s", n, key);
	return json_string_at(t, path);
}

static enum kind kind_of(const char *transport)
{
	if (!transport)
		return KIND_OTHER;
	if (strcmp(transport, "hid") == 0)
		return KIND_HID;
	if (strcmp(transport, "serial") == 0)
		return KIND_SERIAL;
	return strcmp(transport, "node") == 0 || strcmp(transport, "usb") == 0 ? KIND_USB : KIND_OTHER;
}

static struct device device_at(const struct json_text *t, unsigned int n)
{
	const char *error = member(t, n, "error"), *path = member(t, n, "path");

	return (struct device){
		.name = member(t, n, "name"),
		.path = path ? path : "",
		.kind = kind_of(member(t, n, "transport")),
		/* one that the configuration names stays in the list */
		.gone = idcard_error_from_code(error) == IDCARD_ERROR_READER_GONE,
	};
}

static bool on_usb(const struct device *d)
{
	return d->kind == KIND_USB || d->kind == KIND_HID;
}

/* How many there are on USB before this one? "usb-1-2" is before "usb-1-10". */
static int rank(const struct json_text *t, const struct device *device, bool hid_only)
{
	struct device d;
	int n = 0;

	for (unsigned int i = 0; (d = device_at(t, i)).name; i++)
		n += on_usb(&d) && (!hid_only || d.kind == KIND_HID) &&
		     strverscmp(d.name, device->name) < 0;
	return n;
}

/* The one with @wanted before it. NULL if there are not so many. */
static const char *usb_at(const struct json_text *t, int wanted, bool hid_only)
{
	struct device d;

	for (unsigned int i = 0; (d = device_at(t, i)).name; i++)
		if (on_usb(&d) && (!hid_only || d.kind == KIND_HID) &&
		    rank(t, &d, hid_only) == wanted)
			return d.gone ? NULL : d.name;
	return NULL;
}

static bool same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	if (strcmp(a, b) == 0)
		return true;
	return stat(a, &sa) == 0 && stat(b, &sb) == 0 && S_ISCHR(sa.st_mode) &&
	       S_ISCHR(sb.st_mode) && sa.st_rdev == sb.st_rdev;
}

/* Without a word in the configuration only a serial line can be COM n. */
static const char *com_at(const struct json_text *t, const char *path, int port)
{
	char standard[32];
	struct device d;

	snprintf(standard, sizeof(standard), "/dev/ttyS%d", port - SDT_COM_FIRST);
	for (unsigned int i = 0; (d = device_at(t, i)).name; i++) {
		if (*path ? !same_file(path, d.path) && strcmp(path, d.name) != 0 :
			    d.kind != KIND_SERIAL || !same_file(standard, d.path))
			continue;
		return d.gone ? NULL : d.name;
	}
	return NULL;
}

int port_find(const struct json_text *devices, const struct compat_options *options, int port,
	      char *ret, size_t size)
{
	const char *name;

	if (port == SDT_USB_HID) {
		name = usb_at(devices, 0, true);
		if (!name)
			name = usb_at(devices, 0, false);
	} else if (port >= SDT_COM_FIRST && port <= SDT_COM_LAST) {
		name = com_at(devices, options->com[port - SDT_COM_FIRST], port);
	} else {
		name = usb_at(devices, port - SDT_USB_FIRST, false);
	}
	if (!name || strlen(name) >= size)
		return -ENODEV;
	strcpy(ret, name);
	return 0;
}
