// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan/devices.h"

#include <libudev.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "log.h"
#include "scan/scanner.h"

#define PROPERTY "ID_IDCARD_SCANNER"

DEFINE_CLEANUP(struct udev *, udev_unref)
DEFINE_CLEANUP(struct udev_device *, udev_device_unref)
DEFINE_CLEANUP(struct udev_enumerate *, udev_enumerate_unref)
#define _cleanup_udev_ _cleanup_(udev_unrefp)
#define _cleanup_udev_device_ _cleanup_(udev_device_unrefp)
#define _cleanup_udev_enumerate_ _cleanup_(udev_enumerate_unrefp)

enum { SCANNERS_MAX = 32 };

struct devices {
	sd_event *event;
	const char *path;
	struct delivery *delivery;
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event_source *source;
	struct scanner_callbacks callbacks;
	struct settings settings;
	int error;			/* of the file, and what was said of it */
	struct config_problem problem;
	struct scanner *scanners[SCANNERS_MAX];
};

/* A file that is not there names nothing. */
static int read_settings(const char *path, struct settings *ret, struct config_problem *problem)
{
	int r = settings_read(path, ret, problem);

	if (r != -ENOENT || problem->line != 0)
		return r;
	*ret = (struct settings){};
	*problem = (struct config_problem){};
	return 0;
}

static void say_problem(const char *path, int error, const struct config_problem *problem)
{
	if (!*problem->text)
		log_errno(LOG_ERR, error, "%s", path);
	else if (problem->line)
		log_line(LOG_ERR, "%s, line %u: %s", path, problem->line, problem->text);
	else
		log_line(LOG_ERR, "%s: %s", path, problem->text);
}

/* Says what is wrong once, not for each device that udev tells of. */
static int update_settings(struct devices *d)
{
	struct config_problem problem;
	int r;

	r = read_settings(d->path, &d->settings, &problem);
	if (r < 0 && (r != d->error || problem.line != d->problem.line ||
		      strcmp(problem.text, d->problem.text) != 0))
		say_problem(d->path, r, &problem);
	d->error = r;
	d->problem = problem;
	return r;
}

/* The scanner at @node, or where there is room for one (@node NULL), or NULL. */
static struct scanner **find_scanner(struct devices *d, const char *node)
{
	for (size_t i = 0; i < SCANNERS_MAX; i++) {
		struct scanner *s = d->scanners[i];

		if (node ? s && strcmp(scanner_node(s), node) == 0 : !s)
			return &d->scanners[i];
	}
	return NULL;
}

static void on_entry(const struct setting *setting, const char *text, void *userdata)
{
	struct devices *d = userdata;

	delivery_add(d->delivery, setting->label, setting->source, text);
}

static void on_gone(struct scanner *scanner, void *userdata)
{
	struct scanner **place = find_scanner(userdata, scanner_node(scanner));

	log_line(LOG_INFO, "%s: gone", scanner_node(scanner));
	*place = scanner_free(scanner);
}

static void add(struct devices *d, const char *node)
{
	struct scanner **place = find_scanner(d, NULL);

	if (place)
		scanner_open(d->event, node, &d->settings, &d->callbacks, place);
	else
		log_line(LOG_ERR, "%s: too many scanners", node);
}

/* The device as udev has it now. */
static void look(struct devices *d, struct udev_device *device)
{
	const char *mark = udev_device_get_property_value(device, PROPERTY);
	const char *node = udev_device_get_devnode(device);
	struct scanner **place = node ? find_scanner(d, node) : NULL;
	bool named = mark && strcmp(mark, "1") == 0;

	if (!node)
		return;
	if (place && (!named || !scanner_update(*place, &d->settings))) {
		log_line(LOG_INFO, "%s: not named any more, let go", node);
		*place = scanner_free(*place);
	} else if (!place && named) {
		add(d, node);
	}
}

/* A removed device's scanner ends by itself: its descriptor says so. */
static int on_udev(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct devices *d = userdata;
	_cleanup_udev_device_ struct udev_device *device = udev_monitor_receive_device(d->monitor);
	const char *action = device ? udev_device_get_action(device) : NULL;

	if (!action || strcmp(action, "remove") == 0 ||
	    strncmp(udev_device_get_sysname(device), "event", 5) != 0)
		return 0;
	/* With a file that is wrong the scanners go on as they are. */
	if (update_settings(d) >= 0)
		look(d, device);
	return 0;
}

static int enumerate(struct udev *udev, const char *property, struct udev_enumerate **ret)
{
	_cleanup_udev_enumerate_ struct udev_enumerate *e = udev_enumerate_new(udev);
	int r;

	if (!e)
		return -ENOMEM;
	r = udev_enumerate_add_match_subsystem(e, "input");
	if (r >= 0)
		r = udev_enumerate_add_match_sysname(e, "event*");
	if (r >= 0 && property)
		r = udev_enumerate_add_match_property(e, property, "1");
	if (r >= 0)
		r = udev_enumerate_add_match_is_initialized(e);
	if (r >= 0)
		r = udev_enumerate_scan_devices(e);
	if (r < 0)
		return r;
	*ret = e;
	e = NULL;
	return 0;
}

static int look_at_all(struct devices *d)
{
	_cleanup_udev_enumerate_ struct udev_enumerate *e = NULL;
	struct udev_list_entry *entry;
	int r;

	r = enumerate(d->udev, PROPERTY, &e);
	if (r < 0)
		return r;
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(e)) {
		_cleanup_udev_device_ struct udev_device *device =
			udev_device_new_from_syspath(d->udev, udev_list_entry_get_name(entry));

		if (device)
			look(d, device);
	}
	return 0;
}

/* The monitor first: what comes between the two steps is then seen twice, not never. */
static int start(struct devices *d)
{
	int r;

	d->udev = udev_new();
	d->monitor = d->udev ? udev_monitor_new_from_netlink(d->udev, "udev") : NULL;
	if (!d->monitor)
		return -ENOMEM;
	r = udev_monitor_filter_add_match_subsystem_devtype(d->monitor, "input", NULL);
	if (r >= 0)
		r = udev_monitor_enable_receiving(d->monitor);
	if (r >= 0)
		r = sd_event_add_io(d->event, &d->source, udev_monitor_get_fd(d->monitor), EPOLLIN,
				    on_udev, d);
	if (r >= 0)
		r = look_at_all(d);
	return r < 0 ? log_errno(LOG_ERR, r, "udev does not answer") : 0;
}

int devices_new(sd_event *event, const char *path, struct delivery *delivery, struct devices **ret)
{
	_cleanup_(devices_freep) struct devices *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return -ENOMEM;
	d->event = sd_event_ref(event);
	d->path = path;
	d->delivery = delivery;
	d->callbacks = (struct scanner_callbacks){
		.entry = on_entry, .gone = on_gone, .userdata = d,
	};
	/* A file that is wrong names nothing, until it is right and udev speaks up again. */
	update_settings(d);
	r = start(d);
	if (r < 0)
		return r;
	*ret = d;
	d = NULL;
	return 0;
}

struct devices *devices_free(struct devices *d)
{
	if (!d)
		return NULL;
	for (size_t i = 0; i < SCANNERS_MAX; i++)
		scanner_free(d->scanners[i]);
	sd_event_source_disable_unref(d->source);
	udev_monitor_unref(d->monitor);
	udev_unref(d->udev);
	sd_event_unref(d->event);
	free(d);
	return NULL;
}

static uint16_t hex_attribute(struct udev_device *input, const char *name)
{
	const char *value = udev_device_get_sysattr_value(input, name);

	return value ? strtoul(value, NULL, 16) : 0;
}

/* @device is an event node; what is known of it is its parent's. */
static int identify(struct udev_device *device, struct identification *ret)
{
	struct udev_device *input = udev_device_get_parent_with_subsystem_devtype(device, "input", NULL);
	const char *name = input ? udev_device_get_sysattr_value(input, "name") : NULL;

	if (!name)
		return -ENODEV;
	ret->name = name;
	ret->bus = hex_attribute(input, "id/bustype");
	ret->vendor = hex_attribute(input, "id/vendor");
	ret->product = hex_attribute(input, "id/product");
	return 0;
}

int devices_mark(const char *path, const char *syspath)
{
	_cleanup_udev_ struct udev *udev = udev_new();
	_cleanup_udev_device_ struct udev_device *device = NULL;
	struct config_problem problem;
	struct identification id;
	struct settings settings;

	if (read_settings(path, &settings, &problem) < 0) {
		/* The rule starts the program, which says what is wrong where people see it. */
		puts(PROPERTY "=error");
		return 0;
	}
	device = udev ? udev_device_new_from_syspath(udev, syspath) : NULL;
	if (!device || identify(device, &id) < 0 || !settings_find(&settings, &id))
		return -ENODEV;
	puts(PROPERTY "=1");
	return 0;
}

static bool list_one(struct udev_device *device, const struct settings *settings)
{
	bool marked = udev_device_get_property_value(device, PROPERTY);
	bool has_keys = udev_device_get_property_value(device, "ID_INPUT_KEY");
	const struct setting *setting;
	struct identification id;

	if ((!marked && !has_keys) || identify(device, &id) < 0)
		return false;
	setting = settings_find(settings, &id);
	printf("# %s", udev_device_get_devnode(device));
	if (setting)
		printf(", named already by [%s]", setting->label);
	printf("\n[scanner %s]\n", udev_device_get_sysname(device));
	if (id.bus == BUS_USB)
		printf("usb = %04x:%04x\n", id.vendor, id.product);
	if (settings_can_name(id.name))
		printf("name = %s\n\n", id.name);
	else
		puts("# Its name cannot be written in the file.\n");
	return true;
}

int devices_list(const char *path)
{
	_cleanup_udev_ struct udev *udev = udev_new();
	_cleanup_udev_enumerate_ struct udev_enumerate *e = NULL;
	struct config_problem problem;
	struct udev_list_entry *entry;
	struct settings settings;
	bool any = false;
	int r;

	r = read_settings(path, &settings, &problem);
	if (r < 0) {
		say_problem(path, r, &problem);
		return r;
	}
	r = udev ? enumerate(udev, NULL, &e) : -ENOMEM;
	if (r < 0)
		return log_errno(LOG_ERR, r, "udev does not answer");
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(e)) {
		_cleanup_udev_device_ struct udev_device *device =
			udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));

		if (device)
			any |= list_one(device, &settings);
	}
	if (!any)
		puts("# There is no device with keys. Plug the scanner in.");
	return 0;
}
