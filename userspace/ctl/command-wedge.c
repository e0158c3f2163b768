// SPDX-License-Identifier: GPL-2.0-or-later
/* wedge: idcard-wedge is asked, or told, by its own socket */
#include <poll.h>
#include <string.h>

#include "complete.h"
#include "ctl.h"
#include "errors.h"
#include "secret.h"
#include "wedge/results.h"

#define WEDGE_SOCKET "/run/idcard-wedge/control"

static const char words[] = "status on off profile list test";

enum {
	ANSWER_MS = 5000,
	TYPING_MS = 120 * 1000,
	GO_THERE_MS = 5000,	/* for a person to click into the field */
	REQUEST_ID = 1,
};

static int connect_wedge(struct ctl *c)
{
	const char *path = c->socket ? c->socket : WEDGE_SOCKET;
	int r = idcard_client_open(path, &c->client);

	switch (r) {
	case 0:
		return CTL_OK;
	case -ENOENT:
	case -ECONNREFUSED:
	case -ETIMEDOUT:
		complain(c, MSG_WEDGE_NOT_RUNNING);
		return CTL_NO_DAEMON;
	case -EACCES:
		complain(c, MSG_WEDGE_DENIED);
		return CTL_DENIED;
	default:
		complain(c, MSG_CONNECT_FAILED, path, strerror(-r));
		return CTL_FAILED;
	}
}

static int send_request(struct ctl *c, json_t *request)
{
	json_auto_t *object = request;
	_cleanup_secret_ char *text = NULL;

	json_object_set_new(object, "id", json_integer(REQUEST_ID));
	text = json_dumps(object, JSON_COMPACT);
	return text && idcard_client_send(c->client, text) == 0 ? CTL_OK : CTL_FAILED;
}

/* The wedge's own words first; those of idcardd are in its table, too. */
static void complain_wedge(const struct ctl *c, const json_t *error)
{
	enum wedge_result r = wedge_result_from_word(json_text(error, "code"));

	if (r == _WEDGE_RESULT_MAX)
		complain_error(c, error);
	else
		fprintf(stderr, "idcardctl: %s\n", wedge_result_text(r, c->chinese));
}

static int receive_reply(struct ctl *c, int timeout_ms, json_t **ret)
{
	uint64_t deadline = now_usec() + (uint64_t)timeout_ms * 1000;
	const char *line;

	for (;;) {
		uint64_t now = now_usec();
		int left = now < deadline ? (int)((deadline - now) / 1000) : 0;
		json_auto_t *object = NULL;

		if (idcard_client_receive(c->client, left, &line) <= 0) {
			complain(c, MSG_WEDGE_NO_ANSWER);
			return CTL_NO_DAEMON;
		}
		object = json_loads(line, 0, NULL);
		if (!ctl_is_reply(object))
			continue;
		if (c->json)
			puts(line);
		*ret = json_incref(object);
		return CTL_OK;
	}
}

static int ask(struct ctl *c, json_t *request, int timeout_ms, json_t **ret)
{
	int r;

	r = send_request(c, request);
	if (r != CTL_OK) {
		complain(c, MSG_WEDGE_NO_ANSWER);
		return CTL_NO_DAEMON;
	}
	r = receive_reply(c, timeout_ms, ret);
	if (r != CTL_OK || strcmp(json_text(*ret, "class"), "ERROR") != 0)
		return r;
	if (!c->json)
		complain_wedge(c, *ret);
	return ctl_error_status(*ret);
}

static void number_text(const json_t *object, const char *name, char ret[32])
{
	snprintf(ret, 32, "%lld", (long long)json_integer_value(json_object_get(object, name)));
}

static void print_last(const struct ctl *c, const json_t *last)
{
	enum wedge_result r = wedge_result_from_word(json_text(last, "result"));
	char ago[32];

	if (!json_is_object(last))
		return;
	number_text(last, "ago", ago);
	say(c, stdout, MSG_WEDGE_LAST, ago, r == _WEDGE_RESULT_MAX ? json_text(last, "result") :
	    wedge_result_text(r, c->chinese));
}

static void print_status(const struct ctl *c, const json_t *status)
{
	const char *hub = json_text(status, "daemon");
	char typed[32], refused[32], waiting[32];
	bool on = json_is_true(json_object_get(status, "enabled"));

	say(c, stdout, on ? MSG_WEDGE_ON : MSG_WEDGE_OFF, json_text(status, "profile"));
	if (strcmp(json_text(status, "keyboard"), "ready") != 0)
		say(c, stdout, MSG_WEDGE_NO_KEYBOARD);
	if (strcmp(hub, "waiting") == 0)
		puts(idcard_error_text(IDCARD_ERROR_NO_DAEMON, c->chinese));
	else if (strcmp(hub, "denied") == 0)
		say(c, stdout, MSG_WEDGE_NO_GROUP);
	if (json_is_true(json_object_get(status, "needs_clipboard")) &&
	    !json_is_true(json_object_get(status, "clipboard")))
		puts(wedge_result_text(WEDGE_NO_CLIPBOARD, c->chinese));
	number_text(status, "typed", typed);
	number_text(status, "refused", refused);
	number_text(status, "waiting", waiting);
	say(c, stdout, MSG_WEDGE_COUNTS, typed, refused, waiting);
	print_last(c, json_object_get(status, "last"));
}

/* STATUS, and what changes something and is answered with it. */
static int show_status(struct ctl *c, json_t *request)
{
	json_auto_t *reply = NULL;
	int r = ask(c, request, ANSWER_MS, &reply);

	if (r == CTL_OK && !c->json)
		print_status(c, reply);
	return r;
}

static int show_profiles(struct ctl *c)
{
	json_auto_t *reply = NULL;
	const json_t *profile;
	size_t i;
	int r;

	r = ask(c, json_pack("{s:s}", "class", "PROFILES"), ANSWER_MS, &reply);
	if (r != CTL_OK || c->json)
		return r;
	json_array_foreach(json_object_get(reply, "profiles"), i, profile) {
		fputs(json_is_true(json_object_get(profile, "chosen")) ? "* " : "  ", stdout);
		print_clean(stdout, json_text(profile, "name"));
		fputs(": ", stdout);
		print_clean(stdout, json_text(profile, "template"));
		putchar('\n');
	}
	return CTL_OK;
}

static int test(struct ctl *c)
{
	json_auto_t *reply = NULL;
	int r;

	if (!c->json)
		say(c, stdout, MSG_WEDGE_GO_THERE);
	poll(NULL, 0, GO_THERE_MS);
	r = ask(c, json_pack("{s:s}", "class", "TEST"), TYPING_MS, &reply);
	if (r == CTL_OK && !c->json)
		puts(wedge_result_text(WEDGE_TYPED, c->chinese));
	return r;
}

static int run(struct ctl *c, const char *word, const char *name)
{
	if (strcmp(word, "status") == 0)
		return show_status(c, json_pack("{s:s}", "class", "STATUS"));
	if (strcmp(word, "on") == 0 || strcmp(word, "off") == 0)
		return show_status(c, json_pack("{s:s, s:b}", "class", "ENABLE", "enable",
						strcmp(word, "on") == 0));
	if (strcmp(word, "profile") == 0)
		return show_status(c, json_pack("{s:s, s:s}", "class", "PROFILE", "name", name));
	return strcmp(word, "list") == 0 ? show_profiles(c) : test(c);
}

int command_wedge(struct ctl *c)
{
	const char *word = c->n_arguments ? c->arguments[0] : "status";
	bool takes_name = strcmp(word, "profile") == 0;
	int r;

	if (word_place(words, word, strlen(word)) < 0 || c->n_arguments > 1 + takes_name ||
	    (takes_name && c->n_arguments < 2)) {
		complain(c, MSG_WEDGE_USAGE);
		return CTL_USAGE;
	}
	r = connect_wedge(c);
	return r == CTL_OK ? run(c, word, takes_name ? c->arguments[1] : NULL) : r;
}

/* Without a word when there is no service. */
static void complete_profiles(struct ctl *c, const struct completion *out)
{
	json_auto_t *reply = NULL;
	const json_t *profile;
	const char *line;
	size_t i;

	if (idcard_client_open(c->socket ? c->socket : WEDGE_SOCKET, &c->client) < 0 ||
	    send_request(c, json_pack("{s:s}", "class", "PROFILES")) != CTL_OK ||
	    idcard_client_receive(c->client, ANSWER_MS, &line) <= 0)
		return;
	reply = json_loads(line, 0, NULL);
	json_array_foreach(json_object_get(reply, "profiles"), i, profile)
		complete_word(out, json_text(profile, "name"));
}

void wedge_complete(struct ctl *c, const struct completion *out, char **arguments, int n)
{
	if (n == 0)
		complete_words(out, words);
	else if (n == 1 && strcmp(arguments[0], "profile") == 0)
		complete_profiles(c, out);
}
