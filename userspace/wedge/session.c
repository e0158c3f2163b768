// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/session.h"

#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-login.h>

#include "log.h"

#define LOGIN1 "org.freedesktop.login1"
#define PROPERTIES "org.freedesktop.DBus.Properties"

enum { ANSWER_USEC = 1000 * 1000 };

struct session {
	sd_event *event;
	const struct guard_policy *policy;
	const struct session_callbacks *callbacks;
	void *userdata;

	sd_bus *bus;
	sd_bus_slot *match, *call;
	sd_event_source *later;		/* gives the answer that is known at once */
	enum wedge_result result;
	char id[SESSION_ID_SIZE];	/* that was asked about */
};

/* The id of the session that the seat shows, "" if it shows none. */
static void get_active(const char *seat, char ret[SESSION_ID_SIZE])
{
	_cleanup_free_ char *id = NULL;

	ret[0] = '\0';
	if (sd_seat_get_active(seat, &id, NULL) >= 0 && id && strlen(id) < SESSION_ID_SIZE)
		strcpy(ret, id);
}

static int read_word(sd_bus_message *m, char ret[GUARD_WORD_SIZE])
{
	const char *word;
	int r = sd_bus_message_read(m, "v", "s", &word);

	if (r >= 0)
		snprintf(ret, GUARD_WORD_SIZE, "%s", word);
	return r;
}

static int read_flag(sd_bus_message *m, bool *has, bool *ret)
{
	int value = 0, r = sd_bus_message_read(m, "v", "b", &value);

	if (r >= 0) {
		*has = true;
		*ret = value;
	}
	return r;
}

static int read_user(sd_bus_message *m, struct guard_facts *f)
{
	const char *path;
	uint32_t uid;
	int r = sd_bus_message_read(m, "v", "(uo)", &uid, &path);

	if (r >= 0) {
		f->has_user = true;
		f->uid = uid;
	}
	return r;
}

static int read_seat(sd_bus_message *m, struct guard_facts *f)
{
	const char *seat, *path;
	int r = sd_bus_message_read(m, "v", "(so)", &seat, &path);

	if (r >= 0)
		snprintf(f->seat, sizeof(f->seat), "%s", seat);
	return r;
}

static int read_property(sd_bus_message *m, const char *name, struct guard_facts *f)
{
	if (strcmp(name, "Class") == 0)
		return read_word(m, f->class);
	if (strcmp(name, "Type") == 0)
		return read_word(m, f->type);
	if (strcmp(name, "State") == 0)
		return read_word(m, f->state);
	if (strcmp(name, "LockedHint") == 0)
		return read_flag(m, &f->has_locked, &f->locked);
	if (strcmp(name, "Active") == 0)
		return read_flag(m, &f->has_active, &f->active);
	if (strcmp(name, "Remote") == 0)
		return read_flag(m, &f->has_remote, &f->remote);
	if (strcmp(name, "User") == 0)
		return read_user(m, f);
	if (strcmp(name, "Seat") == 0)
		return read_seat(m, f);
	return sd_bus_message_skip(m, "v");
}

/* The reply of GetAll: a{sv}. */
static int read_facts(sd_bus_message *m, struct guard_facts *f)
{
	const char *name;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &name);
		if (r >= 0)
			r = read_property(m, name, f);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r;
}

static int on_reply(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct session *s = userdata;
	struct guard_facts facts = { .present = true };
	char now[SESSION_ID_SIZE];

	s->call = sd_bus_slot_unref(s->call);
	get_active(s->policy->seat, now);
	facts.answered = !sd_bus_message_is_method_error(m, NULL) && read_facts(m, &facts) >= 0 &&
			 strcmp(now, s->id) == 0;
	s->callbacks->answer(s->userdata, guard_judge(&facts, s->policy), s->id, facts.uid);
	return 0;
}

static int on_changed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct session *s = userdata;

	s->callbacks->changed(s->userdata);
	return 0;
}

static int on_later(sd_event_source *source, void *userdata)
{
	struct session *s = userdata;

	s->callbacks->answer(s->userdata, s->result, s->id, (uid_t)-1);
	return 0;
}

static void answer_later(struct session *s, enum wedge_result result)
{
	s->result = result;
	sd_event_source_set_enabled(s->later, SD_EVENT_ONESHOT);
}

static int connect_bus(struct session *s)
{
	int r;

	if (s->bus && sd_bus_is_open(s->bus) > 0)
		return 0;
	session_rest(s);
	r = sd_bus_open_system(&s->bus);
	if (r >= 0)
		r = sd_bus_set_method_call_timeout(s->bus, ANSWER_USEC);
	if (r >= 0)
		r = sd_bus_attach_event(s->bus, s->event, SD_EVENT_PRIORITY_NORMAL);
	if (r >= 0)
		r = sd_bus_match_signal_async(s->bus, &s->match, LOGIN1, NULL, PROPERTIES,
					      "PropertiesChanged", on_changed, NULL, s);
	return r;
}

static int ask(struct session *s)
{
	_cleanup_free_ char *path = NULL;
	int r;

	r = connect_bus(s);
	if (r >= 0)
		r = sd_bus_path_encode("/org/freedesktop/login1/session", s->id, &path);
	if (r >= 0)
		r = sd_bus_call_method_async(s->bus, &s->call, LOGIN1, path, PROPERTIES, "GetAll",
					     on_reply, s, "s", LOGIN1 ".Session");
	return r;
}

void session_at_screen(struct session *s, char ret[SESSION_ID_SIZE])
{
	get_active(s->policy->seat, ret);
}

void session_ask(struct session *s)
{
	struct guard_facts nobody = {};
	int r;

	session_cancel(s);
	get_active(s->policy->seat, s->id);
	if (!*s->id) {
		answer_later(s, guard_judge(&nobody, s->policy));
		return;
	}
	r = ask(s);
	if (r < 0) {
		log_errno(LOG_ERR, r, "systemd-logind cannot be asked");
		answer_later(s, WEDGE_UNKNOWN_SESSION);
	}
}

void session_cancel(struct session *s)
{
	s->call = sd_bus_slot_unref(s->call);
	sd_event_source_set_enabled(s->later, SD_EVENT_OFF);
}

void session_rest(struct session *s)
{
	s->call = sd_bus_slot_unref(s->call);
	s->match = sd_bus_slot_unref(s->match);
	s->bus = sd_bus_close_unref(s->bus);
}

int session_new(sd_event *event, const struct guard_policy *policy,
		const struct session_callbacks *callbacks, void *userdata, struct session **ret)
{
	_cleanup_(session_freep) struct session *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->event = sd_event_ref(event);
	s->policy = policy;
	s->callbacks = callbacks;
	s->userdata = userdata;
	r = sd_event_add_defer(event, &s->later, on_later, s);
	if (r >= 0)
		r = sd_event_source_set_enabled(s->later, SD_EVENT_OFF);
	if (r < 0)
		return r;
	*ret = s;
	s = NULL;
	return 0;
}

struct session *session_free(struct session *s)
{
	if (!s)
		return NULL;
	session_rest(s);
	sd_event_source_disable_unref(s->later);
	sd_event_unref(s->event);
	free(s);
	return NULL;
}
