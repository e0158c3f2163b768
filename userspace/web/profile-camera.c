// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The suite of a document camera, of which the card is served. Its paths have "=" in them and no
 * question mark. Some pages look at the card before the code: it is always there.
 */
#include "profile-internal.h"

#include <string.h>

enum { READ_CARD, OTHER };

enum {
	CODE_OK = 0,
	CODE_FAILED = -1,

	WAIT_MS = 10000,	/* pages wait 30 s */
};

static void request(const struct profile_settings *settings, const struct profile_request *request,
		    struct profile_call *ret)
{
	*ret = (struct profile_call){ .need = PROFILE_NOT_FOUND };
	if (!request->post)
		return;
	if (strcmp(request->path, "/card=idcard") == 0)
		*ret = (struct profile_call){ .need = PROFILE_CARD, .what = READ_CARD,
					      .wait_ms = WAIT_MS };
	else if (strchr(request->path, '='))
		*ret = (struct profile_call){ .need = PROFILE_NOTHING, .what = OTHER };
}

static void render_card(struct profile_text *t, const json_t *identity)
{
	char date[16], nation[PROFILE_NATION_SIZE];

	text_object(t, "IDCardInfo");
	text_string(t, "name", field_name(identity));
	text_string(t, "sex", field_sex(identity));
	text_string(t, "sexCode", field(identity, "sex_code"));
	text_string(t, "nation", field_nation(identity, nation));
	text_string(t, "nationCode", field_nation_code(identity));
	text_string(t, "birthday", field_date(identity, "birth_date", false, date));
	text_string(t, "address", field(identity, "address"));
	text_string(t, "cardID", field_number(identity));
	text_string(t, "issueOrgan", field(identity, "authority"));
	text_string(t, "validStart", field_date(identity, "valid_from", false, date));
	text_string(t, "validEnd", field_date(identity, "valid_until", false, date));
	text_string(t, "photoBase64", field_jpeg(identity));
	text_string(t, "photoBase64_Z", "");
	text_string(t, "photoBase64_F", "");
	text_string(t, "strIDUID", "");
	text_string(t, "appendMsg", "");
	text_add(t, "}");
}

static void render(const struct profile_settings *settings, const struct profile_call *call,
		   const struct profile_outcome *outcome, struct profile_text *ret,
		   const char **content_type)
{
	bool card = call->what == READ_CARD && card_missing(outcome) == IDCARD_ERROR_NONE;

	text_add(ret, "{");
	text_number(ret, "code", card ? CODE_OK : CODE_FAILED);
	if (call->what == READ_CARD)
		render_card(ret, card ? outcome->identity : NULL);
	text_add(ret, "}");
}

const struct profile profile_camera = {
	.name = "camera",
	.title = "高拍仪 Document camera, port 38088",
	.port = 38088,
	.request = request,
	.render = render,
};
