// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-routon.h"

#include <string.h>

enum {
	FLAG_OK = 0,
	FLAG_NO_DEVICE = -1,
	FLAG_FAILED = -2,

	STATUS_CONNECTED = 0,
	STATUS_NOT_CONNECTED = 1,
};

/* Numbers are numbers: pages compare with === 0 as well as with == "0". */
static void begin(struct profile_text *t, int flag, const char *message, int status)
{
	text_number(t, "resultFlag", flag);
	text_string(t, "errorMsg", message);
	text_number(t, "status", status);
}

void routon_failure(struct profile_text *t, enum idcard_error error)
{
	if (error_of_reader(error))
		begin(t, FLAG_NO_DEVICE, "端口打开失败", STATUS_NOT_CONNECTED);
	else
		begin(t, FLAG_FAILED, idcard_error_text(error, true), STATUS_CONNECTED);
}

void routon_unsupported(struct profile_text *t)
{
	begin(t, FLAG_FAILED, PROFILE_UNSUPPORTED, STATUS_CONNECTED);
}

static const char *cert_type(const json_t *identity)
{
	switch (field_kind(identity)) {
	case KIND_RESIDENT:
		return "1";
	case KIND_FOREIGNER:
	case KIND_FOREIGNER_2023:
		return "50";
	case KIND_TAIWAN:
		return "54";
	case KIND_HONG_KONG_MACAO:
		return "55";
	default:
		return "null";
	}
}

/* An unknown one is neither: null is not == 0. */
static const char *gender(const json_t *identity)
{
	const char *sex = field_sex(identity);

	return !*sex ? "null" : strcmp(sex, "男") == 0 ? "1" : "0";
}

static void content(struct profile_text *t, const json_t *identity, bool picture, bool card_images)
{
	char date[16], nation[PROFILE_NATION_SIZE];

	text_object(t, "resultContent");
	text_literal(t, "certType", cert_type(identity));
	text_string(t, "partyName", field_name(identity));
	text_literal(t, "gender", gender(identity));
	text_string(t, "nation", field_nation(identity, nation));
	text_string(t, "bornDay", field_date(identity, "birth_date", false, date));
	text_string(t, "certAddress", field(identity, "address"));
	text_string(t, "certNumber", field_number(identity));
	text_string(t, "certOrg", field(identity, "authority"));
	text_string(t, "effDate", field_date(identity, "valid_from", false, date));
	text_string(t, "expDate", field_date(identity, "valid_until", false, date));
	text_string(t, "identityPic", picture ? field_jpeg(identity) : "");
	if (card_images) {
		text_string(t, "base64ID_PicFront", "");
		text_string(t, "base64ID_PicBack", "");
	}
	text_add(t, "}");
}

void routon_card(struct profile_text *t, const struct profile_outcome *outcome, bool picture,
		 bool card_images)
{
	enum idcard_error error = card_missing(outcome);

	if (error == IDCARD_ERROR_NONE)
		begin(t, FLAG_OK, "", STATUS_CONNECTED);
	else
		routon_failure(t, error);
	content(t, error == IDCARD_ERROR_NONE ? outcome->identity : NULL, picture, card_images);
}

/* Without the daemon nobody knows: a page then asks again. */
void routon_status(struct profile_text *t, const struct profile_outcome *outcome)
{
	if (outcome->error == IDCARD_ERROR_NO_DAEMON)
		routon_failure(t, outcome->error);
	else
		begin(t, FLAG_OK, "", outcome->reader ? STATUS_CONNECTED : STATUS_NOT_CONNECTED);
}
