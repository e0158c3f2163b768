// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 精伦 Routon over a WebSocket: a JSON object each way, and its pages give ours to eval().
 *
 * Requests that only set something are not answered. A page that asks for a card gets the one that
 * lies there, as often as it asks: repeatRead, without which the vendor's service refuses a second
 * time, changes nothing. A push gives each card once, so that its interval does not count either.
 */
#include "profile-routon.h"

#include <string.h>

#include "util.h"

enum { READ_CARD, READ_CERT, GET_STATUS, PUSH_WITH_IMAGE, PUSH_WITHOUT_IMAGE, SETTING, OTHER };

static const struct command {
	const char *name;
	enum profile_need need;
	unsigned int what;
} commands[] = {
	{ "readCard", PROFILE_CARD, READ_CARD },
	{ "readCert", PROFILE_CARD, READ_CERT },
	{ "getStatus", PROFILE_STATUS, GET_STATUS },
	{ "openPush", PROFILE_PUSH, PUSH_WITHOUT_IMAGE },
	{ "closePush", PROFILE_PUSH_END, SETTING },
	{ "mute", PROFILE_NOTHING, SETTING },
	{ "repeatRead", PROFILE_NOTHING, SETTING },
	/* Those of other cards, each answered under its own name. */
	{ "readM1Card", PROFILE_NOTHING, OTHER },
	{ "writeM1Card", PROFILE_NOTHING, OTHER + 1 },
	{ "readM1CardEx", PROFILE_NOTHING, OTHER + 2 },
	{ "writeM1CardEx", PROFILE_NOTHING, OTHER + 3 },
	{ "handleAPDUCMD", PROFILE_NOTHING, OTHER + 4 },
};

static bool is_true(const json_t *value)
{
	const char *s = json_string_value(value);

	return json_is_true(value) || (s && strcmp(s, "true") == 0);
}

static void message(const struct profile_settings *settings, const char *text, size_t size,
		    struct profile_call *ret)
{
	json_auto_t *object = json_loadb(text, size, 0, NULL);
	const char *name = field(object, "name");

	*ret = (struct profile_call){ .need = PROFILE_NOT_FOUND };
	for (size_t i = 0; i < ELEMENTSOF(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			*ret = (struct profile_call){ .need = commands[i].need,
						      .what = commands[i].what };
	if (ret->need == PROFILE_CARD)
		ret->wait_ms = PROFILE_WAIT_MS;
	if (ret->need == PROFILE_PUSH) {
		ret->no_picture = !is_true(json_object_get(object, "withImg"));
		ret->what = ret->no_picture ? PUSH_WITHOUT_IMAGE : PUSH_WITH_IMAGE;
	}
}

static const char *reply_name(unsigned int what)
{
	if (what == PUSH_WITH_IMAGE)
		return "PushWithImg";
	if (what == PUSH_WITHOUT_IMAGE)
		return "PushWithOutImg";
	for (size_t i = 0; i < ELEMENTSOF(commands); i++)
		if (commands[i].what == what)
			return commands[i].name;
	return "";
}

static void render(const struct profile_settings *settings, const struct profile_call *call,
		   const struct profile_outcome *outcome, struct profile_text *ret,
		   const char **content_type)
{
	if (call->what == SETTING)
		return;
	text_add(ret, "{");
	text_string(ret, "name", reply_name(call->what));
	switch (call->what) {
	case READ_CARD:
	case READ_CERT:
		routon_card(ret, outcome, true, call->what == READ_CERT);
		break;
	case PUSH_WITH_IMAGE:
	case PUSH_WITHOUT_IMAGE:
		routon_card(ret, outcome, call->what == PUSH_WITH_IMAGE, false);
		break;
	case GET_STATUS:
		routon_status(ret, outcome);
		break;
	default:
		routon_unsupported(ret);
	}
	text_add(ret, "}");
}

const struct profile profile_routon_ws = {
	.name = "routon-ws",
	.title = "精伦 Routon, WebSocket, port 18890",
	.port = 18890,
	.websocket = true,
	.message = message,
	.render = render,
};
