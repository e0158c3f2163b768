// SPDX-License-Identifier: GPL-2.0-or-later
#include "wedge/wedge.h"

#include <string.h>
#include <systemd/sd-daemon.h>

#include "log.h"

static void on_hub_ready(void *userdata)
{
	struct wedge *w = userdata;

	w->hub_denied = false;
	hubclient_watch(w->hub, ++w->last_id);
}

static void on_hub_lost(void *userdata, int error)
{
	struct wedge *w = userdata;

	if (error == -EACCES && !w->hub_denied)
		log_line(LOG_ERR, "The user idcard-wedge is not in the group idcard");
	w->hub_denied = error == -EACCES;
}

static void on_hub_reply(void *userdata, uint64_t id, int error)
{
	if (error)
		log_errno(LOG_ERR, error, "idcardd refuses the watch");
}

static void on_hub_identity(void *userdata, const char *line, size_t size)
{
	struct wedge *w = userdata;
	uint64_t received = queue_now();
	struct person person;

	if (person_from_line(line, size, &person) < 0)
		queue_refuse(w->queue, WEDGE_BAD_IDENTITY);
	else
		queue_add(w->queue, w->profile, &person, received, NULL, NULL);
	explicit_bzero(&person, sizeof(person));
}

static const struct hubclient_callbacks hub_callbacks = {
	.ready = on_hub_ready,
	.lost = on_hub_lost,
	.identity = on_hub_identity,
	.reply = on_hub_reply,
};

static void on_request(void *userdata, struct control_client *c, const json_t *request)
{
	wedge_request(userdata, c, request);
}

static void on_gone(void *userdata, struct control_client *c)
{
	struct wedge *w = userdata;

	queue_forget(w->queue, c);
}

static const struct control_callbacks control_callbacks = {
	.request = on_request,
	.gone = on_gone,
};

/* Not before: who waits for this service may place a card as soon as it is there. */
static void on_keyboard(void *userdata, int error)
{
	struct wedge *w = userdata;

	if (error)
		sd_event_exit(w->event, error);
	else
		sd_notify(0, "READY=1");
}

void wedge_switch(struct wedge *w, bool on)
{
	if (on == w->on)
		return;
	w->on = on;
	hubclient_want(w->hub, on);
	if (!on)
		queue_stop(w->queue, WEDGE_OFF);
}

int wedge_new(sd_event *event, const struct settings *settings,
	      const struct wedge_options *options, struct wedge **ret)
{
	_cleanup_(wedge_freep) struct wedge *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	w->event = sd_event_ref(event);
	w->settings = *settings;
	w->profile = wedge_settings_first(&w->settings);
	r = queue_new(event, &w->settings, on_keyboard, w, &w->queue);
	if (r >= 0)
		r = hubclient_new(event, options->socket, &hub_callbacks, w, &w->hub);
	if (r >= 0)
		r = control_new(event, options->control, &control_callbacks, w, &w->control);
	if (r < 0)
		return r;
	wedge_switch(w, settings->enabled);
	*ret = w;
	w = NULL;
	return 0;
}

struct wedge *wedge_free(struct wedge *w)
{
	if (!w)
		return NULL;
	control_free(w->control);
	hubclient_free(w->hub);
	queue_free(w->queue);
	sd_event_unref(w->event);
	free(w);
	return NULL;
}
