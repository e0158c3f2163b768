// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan/scanner.h"

#include <fcntl.h>
#include <libevdev/libevdev.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "log.h"
#include "scan/keys.h"
#include "secret.h"
#include "util.h"

enum { ACCURACY_USEC = 1000 };

struct scanner {
	const struct scanner_callbacks *callbacks;
	struct setting setting;
	char node[64];
	int fd;
	struct libevdev *device;
	sd_event_source *io, *timer;
	struct keys keys;
	struct lines lines;
};

static const char *const reasons[] = {
	[LINES_KEY] = "a key that no entry has. The scanner must be set to the US keyboard layout, "
		      "and what it sends behind a code must be what \"end\" says",
	[LINES_LONG] = "it is longer than any entry",
	[LINES_MIXED] = "its lines do not belong together",
	[LINES_UNFINISHED] = "its end did not come. What the scanner sends behind a code must be "
			     "what \"end\" says",
	[LINES_DROPPED] = "keys were lost, scan again",
};

static void take(struct scanner *s, enum lines_result result)
{
	if (result == LINES_NOTHING)
		return;
	if (result == LINES_ENTRY) {
		s->callbacks->entry(&s->setting, s->lines.text, s->callbacks->userdata);
		lines_wipe(&s->lines);
	} else {
		log_line(LOG_WARNING, "[%s]: scan thrown away: %s", s->setting.label,
			 reasons[result]);
	}
}

static int set_timer(struct scanner *s)
{
	uint64_t usec = lines_deadline(&s->lines);
	int r;

	if (usec == UINT64_MAX)
		return sd_event_source_set_enabled(s->timer, SD_EVENT_OFF);
	r = sd_event_source_set_time(s->timer, usec);
	return r < 0 ? r : sd_event_source_set_enabled(s->timer, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct scanner *s = userdata;

	take(s, lines_time(&s->lines, now_usec()));
	return set_timer(s);
}

static void take_event(struct scanner *s, const struct input_event *event)
{
	uint64_t usec = (uint64_t)event->input_event_sec * 1000000 + event->input_event_usec;
	enum key key;
	char c = '\0';

	if (event->type != EV_KEY)
		return;
	take(s, lines_time(&s->lines, usec));
	key = keys_feed(&s->keys, event->code, event->value, &c);
	take(s, lines_key(&s->lines, key, c, usec));
	explicit_bzero(&c, sizeof(c));
}

/* What changed meanwhile sets the modifiers right; its characters fall to the thrown-away scan. */
static int resynchronise(struct scanner *s)
{
	struct input_event event;
	int r;

	take(s, lines_dropped(&s->lines, now_usec()));
	do {
		r = libevdev_next_event(s->device, LIBEVDEV_READ_FLAG_SYNC, &event);
		if (r == LIBEVDEV_READ_STATUS_SYNC)
			take_event(s, &event);
	} while (r >= 0);
	explicit_bzero(&event, sizeof(event));
	return r == -EAGAIN ? 0 : r;
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct scanner *s = userdata;
	struct input_event event;
	int r;

	do {
		r = libevdev_next_event(s->device, LIBEVDEV_READ_FLAG_NORMAL, &event);
		if (r == LIBEVDEV_READ_STATUS_SUCCESS)
			take_event(s, &event);
		else if (r == LIBEVDEV_READ_STATUS_SYNC)
			r = resynchronise(s);
	} while (r >= 0);
	explicit_bzero(&event, sizeof(event));
	if (r == -EAGAIN)
		return set_timer(s);
	s->callbacks->gone(s, s->callbacks->userdata);
	return 0;
}

/* A composite scanner has nodes of other kinds too, a power key for example. */
static bool can_type(const struct libevdev *device)
{
	static const unsigned int digits[] = { KEY_1, KEY_2, KEY_3, KEY_4, KEY_5,
					       KEY_6, KEY_7, KEY_8, KEY_9, KEY_0 };

	for (size_t i = 0; i < ELEMENTSOF(digits); i++)
		if (!libevdev_has_event_code(device, EV_KEY, digits[i]))
			return false;
	return true;
}

static const struct setting *find(const struct libevdev *device, const struct settings *settings)
{
	const struct identification id = {
		.bus = libevdev_get_id_bustype(device),
		.vendor = libevdev_get_id_vendor(device),
		.product = libevdev_get_id_product(device),
		.name = libevdev_get_name(device),
	};

	return settings_find(settings, &id);
}

static int grab(struct scanner *s, const struct settings *settings)
{
	const struct setting *setting;
	int r;

	s->fd = open(s->node, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	/* Gone before udev was through with it. */
	if (s->fd < 0 && (errno == ENOENT || errno == ENODEV || errno == ENXIO))
		return -errno;
	if (s->fd < 0)
		return log_errno(LOG_ERR, -errno, "%s: cannot be opened", s->node);
	r = libevdev_new_from_fd(s->fd, &s->device);
	if (r < 0)
		return log_errno(LOG_ERR, r, "%s: not an input device", s->node);
	setting = find(s->device, settings);
	if (!setting)
		return -ENODEV;
	if (!can_type(s->device))
		return -ENXIO;
	s->setting = *setting;
	r = libevdev_set_clock_id(s->device, CLOCK_MONOTONIC);
	if (r >= 0)
		r = libevdev_grab(s->device, LIBEVDEV_GRAB);
	if (r == -EBUSY)
		log_line(LOG_ERR, "[%s]: another program holds %s; the scanner is not used. Close that "
			 "program and plug the scanner in again", setting->label, s->node);
	else if (r < 0)
		log_errno(LOG_ERR, r, "[%s]: %s cannot be held alone; the scanner is not used",
			  setting->label, s->node);
	return r;
}

static int start(struct scanner *s, sd_event *event)
{
	int r;

	lines_begin(&s->lines, s->setting.end, now_usec());
	r = sd_event_add_io(event, &s->io, s->fd, EPOLLIN, on_io, s);
	if (r < 0)
		return r;
	/* Keys that came while this program could not run are read before the time is judged. */
	r = sd_event_source_set_priority(s->io, SD_EVENT_PRIORITY_IMPORTANT);
	if (r < 0)
		return r;
	r = sd_event_add_time(event, &s->timer, CLOCK_MONOTONIC, 0, ACCURACY_USEC, on_timer, s);
	return r < 0 ? r : sd_event_source_set_enabled(s->timer, SD_EVENT_OFF);
}

int scanner_open(sd_event *event, const char *node, const struct settings *settings,
		 const struct scanner_callbacks *callbacks, struct scanner **ret)
{
	struct scanner *s = secret_alloc(sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->callbacks = callbacks;
	s->fd = -1;
	snprintf(s->node, sizeof(s->node), "%s", node);
	r = grab(s, settings);
	if (r >= 0)
		r = start(s, event);
	if (r < 0) {
		scanner_free(s);
		return r;
	}
	log_line(LOG_INFO, "[%s]: scans from %s (%s)", s->setting.label, s->node,
		 libevdev_get_name(s->device));
	*ret = s;
	return 0;
}

struct scanner *scanner_free(struct scanner *s)
{
	if (!s)
		return NULL;
	sd_event_source_disable_unref(s->io);
	sd_event_source_disable_unref(s->timer);
	libevdev_free(s->device);
	safe_close(s->fd);
	return secret_free(s);
}

bool scanner_update(struct scanner *s, const struct settings *settings)
{
	const struct setting *setting = find(s->device, settings);

	if (!setting)
		return false;
	if (setting->end != s->setting.end)
		lines_begin(&s->lines, setting->end, now_usec());
	s->setting = *setting;
	return true;
}

const char *scanner_node(const struct scanner *s)
{
	return s->node;
}
