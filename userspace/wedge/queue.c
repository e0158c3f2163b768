// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/queue.h"

#include <string.h>
#include <sys/queue.h>

#include "log.h"
#include "secret.h"
#include "watchdog.h"
#include "wedge/device.h"
#include "wedge/session.h"
#include "wedge/template.h"
#include "wedge/typist.h"

enum {
	JOBS_MAX = 4,
	ACCURACY_USEC = 500,
};

#define SEAT "seat0"	/* where udev puts a keyboard that no rule assigns */

struct job {
	TAILQ_ENTRY(job) link;
	const struct profile *profile;
	uint64_t received;
	struct control_client *asker;
	json_t *id;
	char session[SESSION_ID_SIZE];	/* at the screen when it came: it is typed to no other */
	uid_t uid;
	struct script script;
};

struct queue {
	sd_event *event;
	const struct settings *settings;
	queue_ready_t ready;
	void *userdata;

	struct guard_policy policy;
	struct device *device;
	struct session *session;
	struct clip *clip;
	struct watchdog *watchdog;
	sd_event_source *timer;		/* of the typist */
	sd_event_source *next;		/* begins the next one */
	TAILQ_HEAD(, job) jobs;
	unsigned int n;
	struct job *typing;		/* the first of them, or NULL */
	struct typist_state typist;
	struct queue_status status;
};

static void run(struct queue *q);

uint64_t queue_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* ---- The end of a card ---- */

static void tell(struct control_client *asker, const json_t *id, enum wedge_result result)
{
	if (result == WEDGE_TYPED)
		control_send(asker, json_pack("{s:s, s:s}", "class", "RESULT", "result",
					      wedge_result_word(result)), id);
	else
		control_error(asker, wedge_result_word(result), wedge_result_text(result, false),
			      id);
}

static void record(struct queue *q, enum wedge_result result)
{
	q->status.last = result;
	q->status.last_usec = queue_now();
	if (result == WEDGE_TYPED) {
		q->status.typed++;
		log_line(LOG_DEBUG, "A card was typed");
	} else {
		q->status.refused++;
		log_line(LOG_NOTICE, "A card was not typed: %s", wedge_result_text(result, false));
	}
}

void queue_refuse(struct queue *q, enum wedge_result result)
{
	record(q, result);
}

static void finish(struct queue *q, struct job *job, enum wedge_result result)
{
	TAILQ_REMOVE(&q->jobs, job, link);
	q->n--;
	if (q->typing == job)
		q->typing = NULL;
	record(q, result);
	if (job->asker)
		tell(job->asker, job->id, result);
	json_decref(job->id);
	secret_free(job);
	sd_event_source_set_enabled(q->next, SD_EVENT_ONESHOT);
}

static void end_typing(struct queue *q, enum wedge_result result)
{
	struct burst burst;

	typist_abort(&q->typist, &burst);
	if (device_write(q->device, &burst) < 0 && result == WEDGE_TYPED)
		result = WEDGE_NO_KEYBOARD;
	session_cancel(q->session);
	/* What was typed is fetched from the clipboard a little later, and goes by itself then. */
	if (result == WEDGE_TYPED)
		clip_keep(q->clip);
	else
		clip_cancel(q->clip);
	sd_event_source_set_enabled(q->timer, SD_EVENT_OFF);
	finish(q, q->typing, result);
}

/* ---- Typing ---- */

static void on_answer(void *userdata, enum wedge_result result, const char *id, uid_t uid)
{
	struct queue *q = userdata;
	struct job *job = q->typing;

	if (!job)
		return;
	if (result == WEDGE_TYPED && strcmp(job->session, id) != 0)
		result = WEDGE_SESSION_CHANGED;
	if (result != WEDGE_TYPED) {
		end_typing(q, result);
		return;
	}
	job->uid = uid;
	typist_permit(&q->typist, queue_now());
	run(q);
}

static void on_changed(void *userdata)
{
	struct queue *q = userdata;

	if (q->typing)
		typist_doubt(&q->typist);
}

static const struct session_callbacks session_callbacks = {
	.answer = on_answer,
	.changed = on_changed,
};

static void on_clip(void *userdata, bool on_clipboard)
{
	struct queue *q = userdata;

	if (!q->typing)
		return;
	if (!on_clipboard) {
		end_typing(q, WEDGE_CLIPBOARD_FAILED);
		return;
	}
	typist_clipped(&q->typist, queue_now());
	run(q);
}

static void send_clip(struct queue *q)
{
	int r = clip_send(q->clip, q->typing->uid, typist_text(&q->typist), q->settings->clear_s);

	if (r < 0)
		end_typing(q, r == -ENOENT ? WEDGE_NO_CLIPBOARD : WEDGE_CLIPBOARD_FAILED);
}

static void wait_until_due(struct queue *q)
{
	int r = sd_event_source_set_time(q->timer, q->typist.due);

	if (r >= 0)
		r = sd_event_source_set_enabled(q->timer, SD_EVENT_ONESHOT);
	if (r < 0)
		end_typing(q, WEDGE_INTERRUPTED);
}

static void run(struct queue *q)
{
	struct burst burst;
	enum typist want;

	want = typist_run(&q->typist, queue_now(), device_caps_lock(q->device), &burst);
	if (device_write(q->device, &burst) < 0) {
		end_typing(q, WEDGE_NO_KEYBOARD);
		return;
	}
	switch (want) {
	case TYPIST_WAITS:
		wait_until_due(q);
		break;
	case TYPIST_ASKS:
		session_ask(q->session);
		break;
	case TYPIST_CLIPS:
		send_clip(q);
		break;
	case TYPIST_DONE:
		end_typing(q, WEDGE_TYPED);
		break;
	case TYPIST_LATE:
		end_typing(q, WEDGE_INTERRUPTED);
		break;
	case TYPIST_CAPS:
		end_typing(q, WEDGE_CAPS_LOCK);
		break;
	}
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct queue *q = userdata;

	if (q->typing)
		run(q);
	return 0;
}

/* ---- The cards that wait ---- */

static bool is_old(const struct queue *q, const struct job *job, uint64_t now)
{
	return now - job->received > (uint64_t)q->settings->max_age_s * 1000000;
}

static int on_next(sd_event_source *source, void *userdata)
{
	struct queue *q = userdata;
	uint64_t now = queue_now();
	struct job *job;

	while (!q->typing && (job = TAILQ_FIRST(&q->jobs))) {
		if (is_old(q, job, now)) {
			finish(q, job, WEDGE_OLD);
		} else if (!q->status.ready) {
			break;
		} else {
			q->typing = job;
			typist_begin(&q->typist, &job->script,
				     (uint64_t)job->profile->pace_ms * 1000, now);
			run(q);
		}
	}
	watchdog_set(q->watchdog, q->n > 0);
	return 0;
}

static enum wedge_result judge(const struct profile *p, const struct person *person)
{
	if (p->sources && !(p->sources & person->source))
		return WEDGE_NOT_WANTED;
	if (p->types && !(p->types & person->type))
		return WEDGE_NOT_WANTED;
	return person->doubtful && !p->doubtful ? WEDGE_DOUBT : WEDGE_TYPED;
}

static enum wedge_result render(const struct profile *p, const struct person *person,
				struct script *ret)
{
	const struct render_options options = {
		.layout = p->layout,
		.paste = p->paste,
		.paste_wait_ms = p->paste_wait_ms,
		.long_term = p->long_term,
	};

	return template_render(&p->template, person, &options, ret);
}

void queue_add(struct queue *q, const struct profile *profile, const struct person *person,
	       uint64_t received, struct control_client *asker, const json_t *id)
{
	enum wedge_result result = asker ? WEDGE_TYPED : judge(profile, person);
	struct job *job = NULL;

	if (result == WEDGE_TYPED && q->n == JOBS_MAX)
		result = WEDGE_BUSY;
	if (result == WEDGE_TYPED) {
		job = secret_alloc(sizeof(*job));
		result = job ? render(profile, person, &job->script) : WEDGE_BUSY;
	}
	if (result != WEDGE_TYPED) {
		secret_free(job);
		record(q, result);
		if (asker)
			tell(asker, id, result);
		return;
	}
	job->profile = profile;
	job->received = received;
	session_at_screen(q->session, job->session);
	job->asker = asker;
	job->id = json_incref((json_t *)id);
	TAILQ_INSERT_TAIL(&q->jobs, job, link);
	q->n++;
	sd_event_source_set_enabled(q->next, SD_EVENT_ONESHOT);
}

void queue_stop(struct queue *q, enum wedge_result result)
{
	struct job *job;

	if (q->typing)
		end_typing(q, result);
	while ((job = TAILQ_FIRST(&q->jobs)))
		finish(q, job, result);
	session_rest(q->session);
}

void queue_forget(struct queue *q, struct control_client *c)
{
	struct job *job;

	TAILQ_FOREACH(job, &q->jobs, link)
		if (job->asker == c)
			job->asker = NULL;
	clip_forget(q->clip, c);
}

struct clip *queue_clip(struct queue *q)
{
	return q->clip;
}

void queue_status(const struct queue *q, struct queue_status *ret)
{
	*ret = q->status;
	ret->waiting = q->n;
	ret->helpers = clip_helpers(q->clip);
}

static void on_ready(void *userdata, int error)
{
	struct queue *q = userdata;

	q->status.ready = error == 0;
	sd_event_source_set_enabled(q->next, SD_EVENT_ONESHOT);
	q->ready(q->userdata, error);
}

static int start(struct queue *q)
{
	int r;

	q->policy = (struct guard_policy){ .seat = SEAT, .console = q->settings->console };
	r = sd_event_add_time(q->event, &q->timer, CLOCK_BOOTTIME, 0, ACCURACY_USEC, on_timer, q);
	if (r >= 0)
		r = sd_event_source_set_enabled(q->timer, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_defer(q->event, &q->next, on_next, q);
	if (r >= 0)
		r = watchdog_new(q->event, &q->watchdog);
	if (r >= 0)
		r = clip_new(q->event, on_clip, q, &q->clip);
	if (r >= 0)
		r = session_new(q->event, &q->policy, &session_callbacks, q, &q->session);
	if (r >= 0)
		r = device_new(q->event, on_ready, q, &q->device);
	return r;
}

int queue_new(sd_event *event, const struct settings *settings, queue_ready_t ready, void *userdata,
	      struct queue **ret)
{
	_cleanup_(queue_freep) struct queue *q = calloc(1, sizeof(*q));
	int r;

	if (!q)
		return -ENOMEM;
	TAILQ_INIT(&q->jobs);
	q->event = sd_event_ref(event);
	q->settings = settings;
	q->ready = ready;
	q->userdata = userdata;
	q->status.last = _WEDGE_RESULT_MAX;
	r = start(q);
	if (r < 0)
		return r;
	*ret = q;
	q = NULL;
	return 0;
}

struct queue *queue_free(struct queue *q)
{
	struct job *job;

	if (!q)
		return NULL;
	while ((job = TAILQ_FIRST(&q->jobs))) {
		TAILQ_REMOVE(&q->jobs, job, link);
		json_decref(job->id);
		secret_free(job);
	}
	device_free(q->device);
	session_free(q->session);
	clip_free(q->clip);
	watchdog_free(q->watchdog);
	sd_event_source_disable_unref(q->timer);
	sd_event_source_disable_unref(q->next);
	sd_event_unref(q->event);
	free(q);
	return NULL;
}
