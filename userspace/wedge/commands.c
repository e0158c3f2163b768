// SPDX-License-Identifier: GPL-2.0-or-later
/* What the clients of the control socket ask. */
#include <string.h>

#include "errors.h"
#include "wedge/wedge.h"

static json_t *last_of(const struct queue_status *s)
{
	if (s->last == _WEDGE_RESULT_MAX)
		return json_null();
	return json_pack("{s:s, s:I}", "result", wedge_result_word(s->last), "ago",
			 (json_int_t)((queue_now() - s->last_usec) / 1000000));
}

static const char *hub_word(const struct wedge *w)
{
	if (!w->on)
		return "off";
	if (hubclient_ready(w->hub))
		return "connected";
	return w->hub_denied ? "denied" : "waiting";
}

static void reply_status(struct wedge *w, struct control_client *c, const json_t *id)
{
	struct queue_status s;

	queue_status(w->queue, &s);
	control_send(c, json_pack("{s:s, s:b, s:s, s:s, s:s, s:b, s:b, s:i, s:I, s:I, s:o}",
				  "class", "STATUS",
				  "enabled", w->on,
				  "profile", w->profile->label,
				  "keyboard", s.ready ? "ready" : "waiting",
				  "daemon", hub_word(w),
				  "needs_clipboard", template_clips(&w->profile->template),
				  "clipboard", s.helpers > 0,
				  "waiting", (int)s.waiting,
				  "typed", (json_int_t)s.typed,
				  "refused", (json_int_t)s.refused,
				  "last", last_of(&s)), id);
}

static void status(struct wedge *w, struct control_client *c, const json_t *request)
{
	reply_status(w, c, json_object_get(request, "id"));
}

static void refuse(struct control_client *c, enum idcard_error e, const json_t *request)
{
	control_error(c, idcard_error_code(e), idcard_error_text(e, false),
		      json_object_get(request, "id"));
}

static void refuse_result(struct control_client *c, enum wedge_result r, const json_t *request)
{
	control_error(c, wedge_result_word(r), wedge_result_text(r, false),
		      json_object_get(request, "id"));
}

static void enable(struct wedge *w, struct control_client *c, const json_t *request)
{
	const json_t *value = json_object_get(request, "enable");

	if (!json_is_boolean(value)) {
		refuse(c, IDCARD_ERROR_BAD_REQUEST, request);
		return;
	}
	wedge_switch(w, json_is_true(value));
	status(w, c, request);
}

/* Cards that wait are typed by the profile that was in force when they came. */
static void choose(struct wedge *w, struct control_client *c, const json_t *request)
{
	const char *name = json_string_value(json_object_get(request, "name"));
	const struct profile *p = name ? wedge_settings_find(&w->settings, name) : NULL;

	if (!p) {
		refuse_result(c, WEDGE_NO_PROFILE, request);
		return;
	}
	w->profile = p;
	status(w, c, request);
}

static void list(struct wedge *w, struct control_client *c, const json_t *request)
{
	json_t *profiles = json_array();

	for (unsigned int i = 0; i < w->settings.n; i++) {
		const struct profile *p = &w->settings.profile[i];

		json_array_append_new(profiles, json_pack("{s:s, s:s+++, s:b}", "name", p->label,
							  "template", p->prefix, p->body, p->suffix,
							  p->terminator, "chosen", p == w->profile));
	}
	control_send(c, json_pack("{s:s, s:o}", "class", "PROFILES", "profiles", profiles),
		     json_object_get(request, "id"));
}

/* The reply comes when it was typed. */
static void test(struct wedge *w, struct control_client *c, const json_t *request)
{
	struct person person;

	if (!w->on) {
		refuse_result(c, WEDGE_OFF, request);
		return;
	}
	person_sample(&person);
	queue_add(w->queue, w->profile, &person, queue_now(), c, json_object_get(request, "id"));
}

static void clipboard(struct wedge *w, struct control_client *c, const json_t *request)
{
	clip_register(queue_clip(w->queue), c);
	control_send(c, json_pack("{s:s}", "class", "CLIPBOARD"), json_object_get(request, "id"));
}

static void clipped(struct wedge *w, struct control_client *c, const json_t *request)
{
	if (clip_answer(queue_clip(w->queue), c, request) < 0)
		refuse(c, IDCARD_ERROR_BAD_REQUEST, request);
}

static const struct {
	const char *class;
	void (*run)(struct wedge *w, struct control_client *c, const json_t *request);
} requests[] = {
	{ "STATUS", status }, { "ENABLE", enable },	  { "PROFILE", choose },
	{ "PROFILES", list }, { "TEST", test },
	{ "CLIPBOARD", clipboard }, { "CLIPPED", clipped },
};

void wedge_request(struct wedge *w, struct control_client *c, const json_t *request)
{
	const char *class = json_string_value(json_object_get(request, "class"));

	for (size_t i = 0; i < ELEMENTSOF(requests); i++)
		if (strcmp(requests[i].class, class) == 0) {
			requests[i].run(w, c, request);
			return;
		}
	refuse(c, IDCARD_ERROR_UNKNOWN_CLASS, request);
}
