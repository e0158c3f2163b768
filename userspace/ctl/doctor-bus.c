// SPDX-License-Identifier: GPL-2.0-or-later
/* What is plugged in: readers of the table, and what else a person may take for one. */
#include <fnmatch.h>
#include <libudev.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "doctor.h"
#include "util.h"

DEFINE_CLEANUP(struct udev *, udev_unref)
DEFINE_CLEANUP(struct udev_device *, udev_device_unref)
DEFINE_CLEANUP(struct udev_enumerate *, udev_enumerate_unref)
#define _cleanup_udev_ _cleanup_(udev_unrefp)
#define _cleanup_udev_device_ _cleanup_(udev_device_unrefp)
#define _cleanup_udev_enumerate_ _cleanup_(udev_enumerate_unrefp)

/* Made from driver/devices.tbl. */
static const struct known {
	const char *id;
	bool any;	/* an interface that leaves its class open will do */
	bool hid;
	const char *name;
} readers[] = {
#include "readers.inc"
};

/* docs/protocol.md, "Ids" */
static const struct {
	const char *pattern;
	enum doctor_kind kind;
} strangers[] = {
	{ "0403:6001", DOCTOR_BRIDGE },		{ "067b:2303", DOCTOR_BRIDGE },
	{ "10c4:ea60", DOCTOR_BRIDGE },		{ "1a86:5523", DOCTOR_BRIDGE },
	{ "1a86:7523", DOCTOR_BRIDGE },		{ "1a86:55d4", DOCTOR_BRIDGE },
	{ "0483:572b", DOCTOR_SHARED },		{ "0483:df11", DOCTOR_LOADER },
	{ "0483:5652", DOCTOR_UNSUPPORTED },	{ "1483:*", DOCTOR_KEYBOARD },
};

struct looking {
	struct udev *udev;
	struct doctor_facts *f;
};

static const char *value_of(struct udev_device *d, const char *attribute)
{
	const char *value = udev_device_get_sysattr_value(d, attribute);

	return value ? value : "";
}

static bool has_mark(struct udev_device *d, const char *property)
{
	const char *value = udev_device_get_property_value(d, property);

	return value && strcmp(value, "1") == 0;
}

typedef bool (*each_t)(struct looking *l, struct udev_device *d, void *userdata);

/* @each for those of @subsystem, below @parent if it is given, until one is the right one. */
static bool look_through(struct looking *l, struct udev_device *parent, const char *subsystem,
			 each_t each, void *userdata)
{
	_cleanup_udev_enumerate_ struct udev_enumerate *e = udev_enumerate_new(l->udev);
	struct udev_list_entry *entry;

	if (!e || udev_enumerate_add_match_subsystem(e, subsystem) < 0 ||
	    (parent && udev_enumerate_add_match_parent(e, parent) < 0) ||
	    udev_enumerate_scan_devices(e) < 0)
		return false;
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(e)) {
		_cleanup_udev_device_ struct udev_device *d =
			udev_device_new_from_syspath(l->udev, udev_list_entry_get_name(entry));

		if (d && each(l, d, userdata))
			return true;
	}
	return false;
}

static bool is_of_daemon(const struct stat *st)
{
	const struct passwd *user = getpwnam("idcard");

	return user && st->st_uid == user->pw_uid && (st->st_mode & 0007) == 0;
}

static void take_file(struct doctor_reader *r, const char *path)
{
	struct stat st;

	snprintf(r->path, sizeof(r->path), "%s", path ? path : "");
	if (!path || stat(path, &st) < 0)
		r->node = DOCTOR_NODE_MISSING;
	else
		r->node = is_of_daemon(&st) ? DOCTOR_NODE_GOOD : DOCTOR_NODE_WRONG;
}

struct choice {
	struct doctor_reader *r;
	const struct known *known;
};

/* The interface that the rules and the module would take. */
static bool take_interface(struct looking *l, struct udev_device *d, void *userdata)
{
	struct choice *c = userdata;
	const char *type = udev_device_get_devtype(d), *driver = udev_device_get_driver(d);
	const char *class = value_of(d, "bInterfaceClass");
	bool first = strcmp(value_of(d, "bInterfaceNumber"), "00") == 0;
	bool fits = c->known->hid ? first && strcmp(class, "03") == 0 :
		    strcmp(class, "ff") == 0 || (c->known->any && first && strcmp(class, "00") == 0);

	if (!type || strcmp(type, "usb_interface") != 0 || !fits)
		return false;
	c->r->fits = true;
	snprintf(c->r->driver, sizeof(c->r->driver), "%s", driver ? driver : "");
	return true;
}

static bool take_node(struct looking *l, struct udev_device *d, void *userdata)
{
	take_file(userdata, udev_device_get_devnode(d));
	return true;
}

static bool take_hidraw(struct looking *l, struct udev_device *d, void *userdata)
{
	struct doctor_reader *r = userdata;

	if (!has_mark(d, "ID_IDCARD"))
		return false;
	r->marked = true;
	return take_node(l, d, r);
}

static void take_reader(struct looking *l, struct udev_device *d, const struct known *known)
{
	struct doctor_reader *r;
	struct choice choice;

	if (l->f->n_readers == DOCTOR_READERS_MAX)
		return;
	r = &l->f->readers[l->f->n_readers++];
	choice = (struct choice){ r, known };
	snprintf(r->id, sizeof(r->id), "%s", known->id);
	snprintf(r->name, sizeof(r->name), "%s", known->name);
	r->hid = known->hid;
	look_through(l, d, "usb", take_interface, &choice);
	if (r->hid) {
		look_through(l, d, "hidraw", take_hidraw, r);
		return;
	}
	r->marked = has_mark(d, "ID_IDCARD");
	if (!look_through(l, d, "idcardraw", take_node, r))
		take_file(r, udev_device_get_devnode(d));
}

static void take_stranger(struct looking *l, const char *id, enum doctor_kind kind, bool named)
{
	struct doctor_stranger *s;

	if (l->f->n_strangers == DOCTOR_STRANGERS_MAX)
		return;
	s = &l->f->strangers[l->f->n_strangers++];
	*s = (struct doctor_stranger){ .kind = kind, .named = named };
	snprintf(s->id, sizeof(s->id), "%s", id);
}

static bool is_named(struct looking *l, struct udev_device *d, void *userdata)
{
	return has_mark(d, "ID_IDCARD_SERIAL") || has_mark(d, "ID_IDCARD");
}

static bool take_usb(struct looking *l, struct udev_device *d, void *userdata)
{
	const char *type = udev_device_get_devtype(d);
	char id[10];

	if (!type || strcmp(type, "usb_device") != 0)
		return false;
	snprintf(id, sizeof(id), "%.4s:%.4s", value_of(d, "idVendor"), value_of(d, "idProduct"));
	for (size_t i = 0; i < ELEMENTSOF(readers); i++)
		if (strcmp(readers[i].id, id) == 0)
			take_reader(l, d, &readers[i]);
	for (size_t i = 0; i < ELEMENTSOF(strangers); i++)
		if (fnmatch(strangers[i].pattern, id, 0) == 0)
			take_stranger(l, id, strangers[i].kind,
				      look_through(l, d, "tty", is_named, NULL) ||
				      look_through(l, d, "hidraw", is_named, NULL));
	return false;
}

/* A keyboard whose name says that it is none. */
static bool take_input(struct looking *l, struct udev_device *d, void *userdata)
{
	static const char *const words[] = { "scanner", "barcode", "qr code", "qrcode" };
	bool named = has_mark(d, "ID_IDCARD_SCANNER"), like = false;
	struct udev_device *input = udev_device_get_parent_with_subsystem_devtype(d, "input", NULL);
	struct udev_device *usb =
		udev_device_get_parent_with_subsystem_devtype(d, "usb", "usb_device");
	char id[10];

	if (!input || !usb || strncmp(udev_device_get_sysname(d), "event", 5) != 0)
		return false;
	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		like = like || strcasestr(value_of(input, "name"), words[i]);
	if (!named && !(like && has_mark(d, "ID_INPUT_KEY")))
		return false;
	snprintf(id, sizeof(id), "%.4s:%.4s", value_of(usb, "idVendor"), value_of(usb, "idProduct"));
	take_stranger(l, id, DOCTOR_KEYBOARD, named);
	return false;
}

void doctor_look_at_bus(struct doctor_facts *f)
{
	static const char *const rules[] = {
		"/etc/udev/rules.d/70-idcard.rules", "/lib/udev/rules.d/70-idcard.rules",
		"/usr/lib/udev/rules.d/70-idcard.rules", "/usr/local/lib/udev/rules.d/70-idcard.rules",
	};
	_cleanup_udev_ struct udev *udev = udev_new();
	struct looking l = { udev, f };

	f->udev_runs = access("/run/udev/control", F_OK) == 0;
	for (size_t i = 0; i < ELEMENTSOF(rules); i++)
		f->rules = f->rules || access(rules[i], F_OK) == 0;
	if (!udev)
		return;
	look_through(&l, NULL, "usb", take_usb, NULL);
	look_through(&l, NULL, "input", take_input, NULL);
}
