// SPDX-License-Identifier: GPL-2.0-or-later
/* drop: the files of the person whose card was placed last, for a time */
#include <string.h>

#include "base64.h"
#include "complete.h"
#include "ctl.h"
#include "drop.h"
#include "follow.h"
#include "picture.h"
#include "secret.h"
#include "wz.h"

struct dropping {
	struct follow follow;
	struct ctl *c;
	struct drop drop;
	sd_event_source *timer;
	char reader[128];	/* that the person's card lies on; "": an entry by hand */
	bool full;		/* somebody's files are there */
};

static int clear(struct dropping *d)
{
	int r = drop_wipe(&d->drop);

	d->timer = sd_event_source_unref(d->timer);
	d->full = false;
	d->reader[0] = '\0';
	if (r < 0)
		complain(d->c, MSG_DROP_NOT_WIPED, d->c->arguments[0], strerror(-r));
	return r;
}

static int on_time(sd_event_source *s, uint64_t usec, void *userdata)
{
	clear(userdata);
	return 0;
}

/* A machine that was asleep has kept the files long enough, too. */
static int start_timer(struct dropping *d)
{
	uint64_t now;
	int r;

	r = sd_event_now(d->follow.event, CLOCK_BOOTTIME, &now);
	if (r < 0)
		return r;
	return sd_event_add_time(d->follow.event, &d->timer, CLOCK_BOOTTIME,
				 now + (uint64_t)(d->c->drop.keep * 1e6), 0, on_time, d);
}

/* The picture, in @buffer; no content if there is none, and it is said why. */
static struct drop_content picture_of(const struct dropping *d, const json_t *object,
				      uint8_t *buffer)
{
	const json_t *portrait = json_object_get(object, "portrait");
	const char *reason = json_text(portrait, "reason"), *status = json_text(portrait, "status");
	ssize_t size;

	if (strcmp(status, "ok") == 0 && strcmp(json_text(portrait, "format"), "bmp") == 0) {
		size = base64_decode(json_text(portrait, "data"), buffer, PICTURE_BMP_SIZE);
		if (size > 0)
			return (struct drop_content){ buffer, size };
		status = "fault";
	}
	/* an entry by hand has none, and nobody wonders */
	if (portrait)
		complain(d->c, MSG_DROP_NO_PICTURE,
			 message_portrait(*reason ? reason : status, d->c->chinese));
	return (struct drop_content){};
}

/* The picture has a file of its own, or is not wanted. */
static char *json_of(const json_t *object)
{
	json_auto_t *copy = json_copy((json_t *)object);
	json_auto_t *portrait = json_copy(json_object_get(object, "portrait"));

	if (portrait) {
		json_object_del(portrait, "data");
		json_object_set(copy, "portrait", portrait);
	}
	return json_dumps(copy, JSON_COMPACT);
}

static int put(struct dropping *d, const json_t *object)
{
	_cleanup_secret_ uint8_t *picture = secret_alloc(PICTURE_BMP_SIZE);
	_cleanup_secret_ struct identity *person = secret_alloc(sizeof(*person));
	_cleanup_secret_ char *wz = secret_alloc(WZ_SIZE_MAX);
	_cleanup_secret_ char *json = json_of(object);
	struct drop_content files[_DROP_FILE_MAX] = {};
	unsigned int formats = d->c->drop.formats;

	if (!picture || !person || !wz || !json)
		return -ENOMEM;
	if (formats & DROP_BMP)
		files[DROP_FILE_BMP] = picture_of(d, object, picture);
	if (formats & DROP_JSON)
		files[DROP_FILE_JSON] = (struct drop_content){ json, strlen(json) };
	if (formats & DROP_WZ) {
		drop_person(object, person);
		files[DROP_FILE_WZ] = (struct drop_content){ wz, wz_write(person, false, wz) };
	}
	return drop_put(&d->drop, files);
}

static int take_identity(struct dropping *d, const json_t *object)
{
	const char *reader = json_text(json_object_get(object, "reader"), "name");
	char seconds[32];
	int r;

	r = clear(d);
	/* never beside what is left of another */
	if (r < 0)
		return r;
	r = put(d, object);
	if (r >= 0)
		r = start_timer(d);
	if (r < 0) {
		complain(d->c, MSG_DROP_FAILED, d->c->arguments[0], strerror(-r));
		return clear(d);
	}
	d->full = true;
	snprintf(d->reader, sizeof(d->reader), "%s", reader);
	snprintf(seconds, sizeof(seconds), "%g", d->c->drop.keep);
	say(d->c, stderr, MSG_DROP_WRITTEN, d->c->arguments[0], seconds);
	return 0;
}

static bool is_of_our_card(const struct dropping *d, const json_t *place)
{
	return d->full && d->reader[0] && strcmp(json_text(place, "name"), d->reader) == 0;
}

static int on_object(void *userdata, const char *line, const json_t *object)
{
	struct dropping *d = userdata;
	const char *class = json_text(object, "class"), *event = json_text(object, "event");
	const json_t *reader = json_object_get(object, "reader");
	bool gone = false;

	if (strcmp(class, "IDENTITY") == 0)
		return take_identity(d, object);
	if (strcmp(class, "ERROR") == 0) {
		complain_error(d->c, object);
		gone = json_is_true(json_object_get(object, "placement"));
	} else if (strcmp(class, "CARD") == 0) {
		/* the next person stands there */
		gone = strcmp(event, "placed") == 0 ||
		       (d->c->drop.until_lifted && strcmp(event, "lifted") == 0 &&
			is_of_our_card(d, reader));
	} else if (strcmp(class, "DEVICE") == 0) {
		gone = d->c->drop.until_lifted && strcmp(event, "removed") == 0 &&
		       is_of_our_card(d, json_object_get(object, "device"));
	}
	return gone && d->full ? clear(d) : 0;
}

int command_drop(struct ctl *c)
{
	struct dropping d = { .c = c, .drop = DROP_CLOSED };
	int r;

	if (c->n_arguments != 1) {
		complain(c, MSG_DROP_USAGE);
		return CTL_USAGE;
	}
	d.follow = (struct follow){ .c = c, .take = on_object, .userdata = &d };
	if (c->drop.formats & DROP_BMP)
		c->wishes.portrait = "bmp";
	/* from here on no signal ends this before the files are wiped */
	r = follow_begin(&d.follow);
	if (r == CTL_OK)
		r = drop_open(c, c->arguments[0], &d.drop);
	if (r == CTL_OK)
		r = follow_run(&d.follow);
	drop_close(&d.drop);
	d.timer = sd_event_source_unref(d.timer);
	follow_end(&d.follow);
	return r;
}

void drop_complete(struct ctl *c, const struct completion *out, char **arguments, int n)
{
	if (n == 0)
		complete_words(out, COMPLETE_FOLDERS);
}
