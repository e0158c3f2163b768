// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 东信 Donsee EST, WebSocket. Commands are texts that end in "#", each reply names its command in
 * fun, and every value is a string, rCode too.
 */
#include "profile-internal.h"

#include <string.h>

#include "util.h"

enum {
	READ_ID_CARD,
	STOP,
	ID_REQUEST,
	GET_VERSION,
	BEEP,
	GET_SAM_ID,
	OTHER,		/* and above: known, not served; which one */

	/*
	 * Pages that ask each second stop when they have a card; a reply to more than one request
	 * would give it to them twice.
	 */
	WAIT_MS = 900,
};

#define READ_COMMAND "EST_Reader_ReadIDCard#"

static const struct command {
	const char *name;
	enum profile_need need;
	unsigned int what;
} commands[] = {
	{ READ_COMMAND, PROFILE_CARD, READ_ID_CARD },
	{ "EST_StopReadIDCard#", PROFILE_PUSH_END, STOP },
	{ "EST_IDRequest#", PROFILE_CARD, ID_REQUEST },
	{ "EST_GetVersion#", PROFILE_NOTHING, GET_VERSION },
	{ "EST_PosBeep#", PROFILE_NOTHING, BEEP },
	{ "EST_ReaderGertSAMID#", PROFILE_STATUS, GET_SAM_ID },
	{ "EST_ReadCertID#", PROFILE_NOTHING, OTHER },
	{ "EST_GetCertFrontImage#", PROFILE_NOTHING, OTHER + 1 },
	{ "EST_GetCertBackImage#", PROFILE_NOTHING, OTHER + 2 },
	{ "EST_ReadBankCard#", PROFILE_NOTHING, OTHER + 3 },
	{ "EST_ReadM1Card#", PROFILE_NOTHING, OTHER + 4 },
	{ "EST_ReadSocialCard#", PROFILE_NOTHING, OTHER + 5 },
	{ "EST_FindCardM1#", PROFILE_NOTHING, OTHER + 6 },
	{ "EST_VerifyKeyM1#", PROFILE_NOTHING, OTHER + 7 },
	{ "EST_ReadCardM1#", PROFILE_NOTHING, OTHER + 8 },
	{ "EST_WriteCardM1#", PROFILE_NOTHING, OTHER + 9 },
	{ "EST_PowerOnCpu#", PROFILE_NOTHING, OTHER + 10 },
	{ "EST_WriteCpu#", PROFILE_NOTHING, OTHER + 11 },
};

static void message(const struct profile_settings *settings, const char *text, size_t size,
		    struct profile_call *ret)
{
	const char *end = size ? memchr(text, '#', size) : NULL;
	size_t n = end ? (size_t)(end + 1 - text) : 0;
	bool continuous = size - n == 2 && memcmp(text + n, "|1", 2) == 0;

	*ret = (struct profile_call){ .need = PROFILE_NOT_FOUND };
	for (size_t i = 0; i < ELEMENTSOF(commands); i++)
		if (strlen(commands[i].name) == n && memcmp(commands[i].name, text, n) == 0)
			*ret = (struct profile_call){ .need = commands[i].need,
						      .what = commands[i].what };
	if (ret->need == PROFILE_CARD) {
		ret->no_picture = ret->what == ID_REQUEST;
		ret->wait_ms = WAIT_MS;
		if (ret->what == READ_ID_CARD && continuous)
			*ret = (struct profile_call){ .need = PROFILE_PUSH, .what = READ_ID_CARD };
	}
}

static const char *name_of(unsigned int what)
{
	for (size_t i = 0; i < ELEMENTSOF(commands); i++)
		if (commands[i].what == what)
			return commands[i].name;
	return "";
}

/* All the fields of every reply; those that are none of this one are "". */
struct reply {
	const char *command, *code, *message;
	const json_t *identity;
	const char *sam_id;
};

static void write_reply(struct profile_text *t, const struct reply *reply)
{
	const json_t *identity = reply->identity;
	char date[16], nation[PROFILE_NATION_SIZE];

	text_add(t, "{");
	text_string(t, "fun", reply->command);
	text_string(t, "rCode", reply->code);
	text_string(t, "errMsg", reply->message);
	text_string(t, "name", field_name(identity));
	text_string(t, "sex", field_sex(identity));
	text_string(t, "nation", field_nation(identity, nation));
	text_string(t, "birth", field_date(identity, "birth_date", false, date));
	text_string(t, "address", field(identity, "address"));
	text_string(t, "certNo", field_number(identity));
	text_string(t, "department", field(identity, "authority"));
	text_string(t, "effectData", field_date(identity, "valid_from", false, date));
	text_string(t, "expire", field_date(identity, "valid_until", false, date));
	text_string(t, "base64Data", field_jpeg(identity));
	text_string(t, "imageFront", "");
	text_string(t, "imageBack", "");
	text_string(t, "UID", "");
	text_string(t, "SAMID", reply->sam_id);
	text_add(t, "}");
}

static void fail(struct reply *reply, enum idcard_error error)
{
	reply->code = error == IDCARD_ERROR_TIMED_OUT ? "-2" : "-1";
	reply->message = idcard_error_text(error, true);
}

static void take_card(struct reply *reply, const struct profile_outcome *outcome)
{
	enum idcard_error error = card_missing(outcome);

	if (error != IDCARD_ERROR_NONE) {
		fail(reply, error);
		return;
	}
	reply->message = "读卡成功";
	reply->identity = outcome->identity;
}

static void take_sam_id(struct reply *reply, const struct profile_outcome *outcome)
{
	enum idcard_error error = reader_missing(outcome);

	if (error != IDCARD_ERROR_NONE || !outcome->sam_id)
		fail(reply, error != IDCARD_ERROR_NONE ? error : IDCARD_ERROR_NO_READER);
	else
		reply->sam_id = outcome->sam_id;
}

static void render(const struct profile_settings *settings, const struct profile_call *call,
		   const struct profile_outcome *outcome, struct profile_text *ret,
		   const char **content_type)
{
	struct reply reply = { .command = name_of(call->what), .code = "0", .message = "" };

	switch (call->what) {
	case READ_ID_CARD:
		take_card(&reply, outcome);
		break;
	case ID_REQUEST:
		take_card(&reply, outcome);
		reply.identity = NULL;
		break;
	case STOP:
		/* Of the reading that ends, if there was one. */
		if (outcome->stopped) {
			reply.command = READ_COMMAND;
			reply.code = "1";
			reply.message = "已停止自动读卡";
		}
		break;
	case GET_VERSION:
		reply.message = IDCARD_VERSION;
		break;
	case GET_SAM_ID:
		take_sam_id(&reply, outcome);
		break;
	case BEEP:
		break;
	default:
		reply.code = "-1";
		reply.message = PROFILE_UNSUPPORTED;
	}
	write_reply(ret, &reply);
}

const struct profile profile_donsee = {
	.name = "donsee-ws",
	.title = "东信 Donsee EST, WebSocket, port 33666",
	.port = 33666,
	.websocket = true,
	.message = message,
	.render = render,
};
