// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/device.h"

#include <fcntl.h>
#include <libevdev/libevdev-uinput.h>
#include <libevdev/libevdev.h>
#include <libudev.h>
#include <string.h>
#include <sys/epoll.h>

#include "log.h"

#define NODE "/dev/uinput"

DEFINE_CLEANUP(struct udev_device *, udev_device_unref)
#define _cleanup_udev_device_ _cleanup_(udev_device_unrefp)

enum {
	SETTLE_USEC = 20 * 1000 * 1000,
	ACCURACY_USEC = 10 * 1000,
};

struct device {
	sd_event *event;
	device_ready_t ready;
	void *userdata;

	struct udev *udev;
	struct udev_monitor *monitor;	/* until it is ready, as the next two */
	sd_event_source *news, *deadline;
	int fd;
	struct libevdev *evdev;
	struct libevdev_uinput *uinput;
	sd_event_source *lights;
	bool is_ready, caps_lock;
};

static void stop_waiting(struct device *d)
{
	d->news = sd_event_source_disable_unref(d->news);
	d->deadline = sd_event_source_disable_unref(d->deadline);
	if (d->monitor)
		d->monitor = udev_monitor_unref(d->monitor);
}

static void finish(struct device *d, int error)
{
	stop_waiting(d);
	d->is_ready = error == 0;
	d->ready(d->userdata, error);
}

static int on_lights(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct device *d = userdata;
	struct input_event e;

	while (read(fd, &e, sizeof(e)) == sizeof(e))
		if (e.type == EV_LED && e.code == LED_CAPSL)
			d->caps_lock = e.value != 0;
	return 0;
}

static int describe(struct libevdev *evdev)
{
	int r = 0;

	libevdev_set_name(evdev, DEVICE_NAME);
	libevdev_set_id_bustype(evdev, BUS_VIRTUAL);
	libevdev_set_id_version(evdev, 1);
	/* No EV_REP: the kernel must not repeat a key. */
	for (unsigned int code = 0; code < KEY_MAX && r == 0; code++)
		if (keys_used(code))
			r = libevdev_enable_event_code(evdev, EV_KEY, code, NULL);
	/* What a light shows is told to all keyboards, so it tells of the Caps Lock of any. */
	if (r == 0)
		r = libevdev_enable_event_code(evdev, EV_LED, LED_CAPSL, NULL);
	return r;
}

static int make_keyboard(struct device *d)
{
	int r;

	d->fd = open(NODE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (d->fd < 0)
		return log_errno(LOG_ERR, -errno, NODE ": the user idcard-wedge must be able to open "
				 "it. Install the udev rules, then: modprobe uinput");
	d->evdev = libevdev_new();
	if (!d->evdev || describe(d->evdev) < 0)
		return -ENOMEM;
	r = libevdev_uinput_create_from_device(d->evdev, d->fd, &d->uinput);
	if (r >= 0)
		r = sd_event_add_io(d->event, &d->lights, d->fd, EPOLLIN, on_lights, d);
	return r < 0 ? log_errno(LOG_ERR, r, NODE ": no keyboard could be made") : 0;
}

/* 1 if udev is through with the device of this name. */
static int is_initialized(struct device *d, const char *subsystem, const char *sysname)
{
	_cleanup_udev_device_ struct udev_device *device =
		udev_device_new_from_subsystem_sysname(d->udev, subsystem, sysname);

	return device && udev_device_get_is_initialized(device) > 0;
}

/* The node "event3" of our keyboard, whose place in /sys is known. */
static bool keyboard_initialized(struct device *d)
{
	const char *node = libevdev_uinput_get_devnode(d->uinput);
	const char *slash = node ? strrchr(node, '/') : NULL;

	return slash && is_initialized(d, "input", slash + 1);
}

/* One step at a time: udev gives the rights to make it, and then looks at what was made. */
static void look(struct device *d)
{
	int r;

	if (!d->uinput) {
		if (!is_initialized(d, "misc", "uinput"))
			return;
		r = make_keyboard(d);
		if (r < 0) {
			finish(d, r);
			return;
		}
	}
	if (keyboard_initialized(d))
		finish(d, 0);
}

static int on_news(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct device *d = userdata;
	_cleanup_udev_device_ struct udev_device *device = udev_monitor_receive_device(d->monitor);

	if (device)
		look(d);
	return 0;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct device *d = userdata;

	log_line(LOG_ERR, d->uinput ? "udev does not announce the keyboard" :
		 NODE " is not there, or udev does not know it: modprobe uinput");
	finish(d, -ETIMEDOUT);
	return 0;
}

/* The first look, when the caller is ready for what comes of it. */
static int on_first(sd_event_source *source, void *userdata)
{
	look(userdata);
	return 0;
}

/* The monitor first: what comes between the two steps is then seen twice, not never. */
static int start(struct device *d)
{
	int r;

	d->udev = udev_new();
	d->monitor = d->udev ? udev_monitor_new_from_netlink(d->udev, "udev") : NULL;
	if (!d->monitor)
		return -ENOMEM;
	r = udev_monitor_filter_add_match_subsystem_devtype(d->monitor, "input", NULL);
	if (r >= 0)
		r = udev_monitor_filter_add_match_subsystem_devtype(d->monitor, "misc", NULL);
	if (r >= 0)
		r = udev_monitor_enable_receiving(d->monitor);
	if (r >= 0)
		r = sd_event_add_io(d->event, &d->news, udev_monitor_get_fd(d->monitor), EPOLLIN,
				    on_news, d);
	if (r >= 0)
		r = sd_event_add_time_relative(d->event, &d->deadline, CLOCK_MONOTONIC, SETTLE_USEC,
					       ACCURACY_USEC, on_deadline, d);
	if (r >= 0)
		r = sd_event_add_defer(d->event, NULL, on_first, d);
	return r < 0 ? log_errno(LOG_ERR, r, "udev does not answer") : 0;
}

int device_new(sd_event *event, device_ready_t ready, void *userdata, struct device **ret)
{
	_cleanup_(device_freep) struct device *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return -ENOMEM;
	d->event = sd_event_ref(event);
	d->ready = ready;
	d->userdata = userdata;
	d->fd = -1;
	r = start(d);
	if (r < 0)
		return r;
	*ret = d;
	d = NULL;
	return 0;
}

struct device *device_free(struct device *d)
{
	if (!d)
		return NULL;
	stop_waiting(d);
	sd_event_source_disable_unref(d->lights);
	if (d->uinput)
		libevdev_uinput_destroy(d->uinput);
	if (d->evdev)
		libevdev_free(d->evdev);
	safe_close(d->fd);
	udev_unref(d->udev);
	sd_event_unref(d->event);
	free(d);
	return NULL;
}

bool device_ready(const struct device *d)
{
	return d->is_ready;
}

int device_write(struct device *d, const struct burst *burst)
{
	struct input_event events[2 * BURST_MAX] = {};
	size_t n = 0, size;
	ssize_t written;

	for (unsigned int i = 0; i < burst->n; i++) {
		events[n].type = EV_KEY;
		events[n].code = burst->key[i].code;
		events[n++].value = burst->key[i].down;
		events[n].type = EV_SYN;
		events[n++].code = SYN_REPORT;
	}
	size = n * sizeof(events[0]);
	if (size == 0)
		return 0;
	/* The kernel takes whole events, and all of these: there is no buffer to be full. */
	written = write(d->fd, events, size);
	if (written < 0)
		return -errno;
	return (size_t)written == size ? 0 : -EIO;
}

bool device_caps_lock(const struct device *d)
{
	return d->caps_lock;
}
