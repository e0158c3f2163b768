// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/clip.h"

#include "log.h"

enum {
	HELPERS_MAX = 16,
	ANSWER_USEC = 4 * 1000 * 1000,
	ACCURACY_USEC = 10 * 1000,
};

struct clip {
	sd_event *event;
	clip_done_t done;
	void *userdata;
	struct control_client *helpers[HELPERS_MAX];
	struct control_client *asked;		/* NULL: nobody */
	struct control_client *holder;		/* has put it there, and it is not typed yet */
	sd_event_source *deadline;
	json_int_t seq;
};

static struct control_client **find(struct clip *clip, uid_t uid)
{
	for (size_t i = 0; i < HELPERS_MAX; i++)
		if (clip->helpers[i] && control_uid(clip->helpers[i]) == uid)
			return &clip->helpers[i];
	return NULL;
}

static void finish(struct clip *clip, bool on_clipboard)
{
	clip->holder = on_clipboard ? clip->asked : NULL;
	clip->asked = NULL;
	clip->deadline = sd_event_source_disable_unref(clip->deadline);
	clip->done(clip->userdata, on_clipboard);
}

void clip_register(struct clip *clip, struct control_client *c)
{
	struct control_client **place = find(clip, control_uid(c));

	for (size_t i = 0; !place && i < HELPERS_MAX; i++)
		if (!clip->helpers[i])
			place = &clip->helpers[i];
	if (place && *place != c) {
		if (*place && *place == clip->asked)
			finish(clip, false);
		*place = c;
	}
}

void clip_forget(struct clip *clip, struct control_client *c)
{
	for (size_t i = 0; i < HELPERS_MAX; i++)
		if (clip->helpers[i] == c)
			clip->helpers[i] = NULL;
	if (clip->holder == c)
		clip->holder = NULL;
	if (clip->asked == c)
		finish(clip, false);
}

unsigned int clip_helpers(const struct clip *clip)
{
	unsigned int n = 0;

	for (size_t i = 0; i < HELPERS_MAX; i++)
		n += clip->helpers[i] != NULL;
	return n;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct clip *clip = userdata;

	log_line(LOG_WARNING, "The helper of the clipboard does not answer");
	finish(clip, false);
	return 0;
}

int clip_send(struct clip *clip, uid_t uid, const char *text, long clear_s)
{
	struct control_client **helper = find(clip, uid);
	int r;

	if (!helper)
		return -ENOENT;
	r = sd_event_add_time_relative(clip->event, &clip->deadline, CLOCK_MONOTONIC, ANSWER_USEC,
				       ACCURACY_USEC, on_deadline, clip);
	if (r < 0)
		return r;
	clip->asked = *helper;
	control_send(*helper, json_pack("{s:s, s:I, s:s, s:I}", "class", "CLIP", "seq", ++clip->seq,
					"text", text, "clear", (json_int_t)clear_s), NULL);
	return 0;
}

int clip_answer(struct clip *clip, struct control_client *c, const json_t *answer)
{
	if (clip->asked != c || json_integer_value(json_object_get(answer, "seq")) != clip->seq)
		return -EINVAL;
	finish(clip, json_is_true(json_object_get(answer, "ok")));
	return 0;
}

void clip_keep(struct clip *clip)
{
	clip->holder = NULL;
}

void clip_cancel(struct clip *clip)
{
	struct control_client *helper = clip->asked ? clip->asked : clip->holder;

	if (!helper)
		return;
	control_send(helper, json_pack("{s:s}", "class", "CLEAR"), NULL);
	clip->asked = NULL;
	clip->holder = NULL;
	clip->deadline = sd_event_source_disable_unref(clip->deadline);
}

int clip_new(sd_event *event, clip_done_t done, void *userdata, struct clip **ret)
{
	struct clip *clip = calloc(1, sizeof(*clip));

	if (!clip)
		return -ENOMEM;
	clip->event = sd_event_ref(event);
	clip->done = done;
	clip->userdata = userdata;
	*ret = clip;
	return 0;
}

struct clip *clip_free(struct clip *clip)
{
	if (!clip)
		return NULL;
	sd_event_source_disable_unref(clip->deadline);
	sd_event_unref(clip->event);
	free(clip);
	return NULL;
}
