// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 华视 Huashi. Its pages search the text itself, by "key" : "(.*?)" and "key" : (.*) to the end of
 * the line: so one member a line, " : " between key and value, and resultFlag last, without a comma.
 * Pages that ask again and again look at certNumber before resultFlag: every field is there, as a
 * string, also when there is no card.
 */
#include "profile-internal.h"

#include <strings.h>

enum { OPEN_DEVICE, READ_CARD, CLOSE_DEVICE };

enum {
	FLAG_OK = 0,
	FLAG_NO_DEVICE = -1,
	FLAG_NO_CARD = -11,
};

static void request(const struct profile_settings *settings, const struct profile_request *request,
		    struct profile_call *ret)
{
	if (strcasecmp(request->path, "/OpenDevice") == 0)
		*ret = (struct profile_call){ .need = PROFILE_STATUS, .what = OPEN_DEVICE };
	else if (strcasecmp(request->path, "/readcard") == 0)
		*ret = (struct profile_call){ .need = PROFILE_CARD, .what = READ_CARD,
					      .wait_ms = PROFILE_WAIT_MS };
	else if (strcasecmp(request->path, "/CloseDevice") == 0)
		*ret = (struct profile_call){ .need = PROFILE_NOTHING, .what = CLOSE_DEVICE };
	else
		*ret = (struct profile_call){ .need = PROFILE_NOT_FOUND };
}

static void line(struct profile_text *t, const char *key, const char *value)
{
	text_addf(t, "   \"%s\" : ", key);
	text_add_json(t, value);
	text_add(t, ",\n");
}

static void end(struct profile_text *t, int flag)
{
	text_addf(t, "   \"resultFlag\" : %d\n}\n", flag);
}

static const char *cert_type(const json_t *identity)
{
	switch (field_kind(identity)) {
	case KIND_RESIDENT:
		return " ";
	case KIND_FOREIGNER:
	case KIND_FOREIGNER_2023:
		return "I";
	case KIND_HONG_KONG_MACAO:
	case KIND_TAIWAN:
		return "J";
	default:
		return "";
	}
}

static void render_card(struct profile_text *t, const struct profile_outcome *outcome)
{
	bool none = card_missing(outcome) != IDCARD_ERROR_NONE;
	const json_t *identity = none ? NULL : outcome->identity;
	char date[16], nation[PROFILE_NATION_SIZE];

	text_add(t, "{\n");
	line(t, "bornDay", field_date(identity, "birth_date", false, date));
	line(t, "certAddress", field(identity, "address"));
	line(t, "certNumber", field_number(identity));
	line(t, "certOrg", field(identity, "authority"));
	line(t, "certType", cert_type(identity));
	line(t, "effDate", field_date(identity, "valid_from", false, date));
	line(t, "errorMsg", none ? "读卡失败" : "");
	line(t, "expDate", field_date(identity, "valid_until", false, date));
	line(t, "gender", field_sex(identity));
	line(t, "identityPic", field_jpeg(identity));
	line(t, "nation", field_nation(identity, nation));
	line(t, "nationCode", field_nation_code(identity));
	line(t, "partyName", field_name(identity));
	end(t, none ? FLAG_NO_CARD : FLAG_OK);
}

static void render_device(struct profile_text *t, enum idcard_error error)
{
	text_add(t, "{\n");
	line(t, "errorMsg", idcard_error_text(error, true));
	end(t, error == IDCARD_ERROR_NONE ? FLAG_OK : FLAG_NO_DEVICE);
}

static void render(const struct profile_settings *settings, const struct profile_call *call,
		   const struct profile_outcome *outcome, struct profile_text *ret,
		   const char **content_type)
{
	*content_type = PROFILE_PLAIN;
	if (call->what == READ_CARD)
		render_card(ret, outcome);
	else
		render_device(ret, call->what == OPEN_DEVICE ? reader_missing(outcome) :
							       IDCARD_ERROR_NONE);
}

const struct profile profile_huashi = {
	.name = "huashi",
	.title = "华视 Huashi, port 19196",
	.port = 19196,
	.request = request,
	.render = render,
};
