// SPDX-License-Identifier: GPL-2.0-or-later
/* list, status, version */
#include <string.h>

#include "ctl.h"
#include "errors.h"

enum { ANSWER_MS = 5000 };

static int ask(struct ctl *c, const char *class, json_t **ret)
{
	int r;

	r = ctl_connect(c);
	if (r == CTL_OK)
		r = ctl_send(c, json_pack("{s:s}", "class", class));
	return r == CTL_OK ? ctl_reply(c, ANSWER_MS, ret) : r;
}

int command_list(struct ctl *c)
{
	json_auto_t *reply = NULL;
	const json_t *devices;
	int r;

	r = ask(c, "DEVICES", &reply);
	if (r != CTL_OK)
		return r;
	devices = json_object_get(reply, "devices");
	if (json_array_size(devices) == 0) {
		if (!c->json)
			fprintf(stderr, "idcardctl: %s\n",
				idcard_error_text(IDCARD_ERROR_NO_READER, c->chinese));
		return CTL_NO_READER;
	}
	if (!c->json)
		print_devices(c, devices);
	return CTL_OK;
}

static long long number_of(const json_t *object, const char *name)
{
	return (long long)json_number_value(json_object_get(object, name));
}

/* "1 d 02:03:04" */
static void format_uptime(const struct ctl *c, long long s, char *ret, size_t size)
{
	char days[32], time[32];

	snprintf(days, sizeof(days), "%lld", s / 86400);
	snprintf(time, sizeof(time), "%02d:%02d:%02d", (int)(s / 3600 % 24), (int)(s / 60 % 60),
		 (int)(s % 60));
	snprintf(ret, size, message(MSG_UPTIME, c->chinese), days, time);
}

int command_status(struct ctl *c)
{
	json_auto_t *reply = NULL;
	char uptime[80], clients[32], watchers[32], placements[32];
	int r;

	r = ask(c, "STATUS", &reply);
	if (r != CTL_OK || c->json)
		return r;
	format_uptime(c, number_of(reply, "uptime"), uptime, sizeof(uptime));
	snprintf(clients, sizeof(clients), "%lld", number_of(reply, "clients"));
	snprintf(watchers, sizeof(watchers), "%lld", number_of(reply, "watchers"));
	snprintf(placements, sizeof(placements), "%lld", number_of(reply, "placements"));
	say(c, stdout, MSG_DAEMON_IS, idcard_client_release(c->client), uptime);
	say(c, stdout, MSG_COUNTS, clients, watchers, placements);
	if (json_array_size(json_object_get(reply, "devices")) == 0)
		puts(idcard_error_text(IDCARD_ERROR_NO_READER, c->chinese));
	print_devices(c, json_object_get(reply, "devices"));
	return CTL_OK;
}

int command_version(struct ctl *c)
{
	json_auto_t *reply = NULL;
	int r;

	if (!c->json)
		puts("idcardctl " IDCARD_VERSION);
	r = ask(c, "VERSION", &reply);
	if (r == CTL_OK && !c->json) {
		fputs("idcardd ", stdout);
		print_clean(stdout, json_text(reply, "release"));
		putchar('\n');
	}
	return r;
}
