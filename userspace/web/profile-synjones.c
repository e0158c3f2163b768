// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 新中新 Synjones XZX_WEBAPI. Every value is a string; pages compare the texts of a success as a
 * whole.
 */
#include "profile-internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

enum {
	READ_MSG,
	GET_IMAGE,
	GET_SAM_ID,
	GET_SAM_STATUS,
	VERSION,
	DONE,		/* nothing to do: the reader beeps by itself, and has no port to set */
	OTHER,
	M1_DATA,	/* whose replies have fields of their own */

	IE = 1 << 8,	/* with the above: the reply as a page */

	WAIT_MAX_S = 3600,
};

/* The second 解码 is the vendor's. */
#define SUCCESS_CODES "0x90 0x1"
#define SUCCESS_WORDS "操作成功||相片解码解码正确"
#define FAILED_READING "0x41"
#define FAILED_DEVICE "0x1"

static const struct {
	const char *path;
	enum profile_need need;
	unsigned int what;
} paths[] = {
	{ "/api/ReadMsg", PROFILE_CARD, READ_MSG },
	{ "/api/ReadMsgJsonp", PROFILE_CARD, READ_MSG },
	{ "/api/ReadMsgIE", PROFILE_CARD, READ_MSG | IE },
	{ "/api/ReadFpMsg", PROFILE_CARD, READ_MSG },
	{ "/api/GetImage", PROFILE_NOTHING, GET_IMAGE },
	{ "/api/GetSAMID", PROFILE_STATUS, GET_SAM_ID },
	{ "/api/GetSAMStatus", PROFILE_STATUS, GET_SAM_STATUS },
	{ "/api/Version", PROFILE_NOTHING, VERSION },
	{ "/api/Beep", PROFILE_NOTHING, DONE },
	{ "/api/SetPort", PROFILE_NOTHING, DONE },
	{ "/api/GetIDSerialNo", PROFILE_NOTHING, OTHER },
	{ "/api/M1Reset", PROFILE_NOTHING, M1_DATA },
	{ "/api/M1AuthenKey", PROFILE_NOTHING, OTHER },
	{ "/api/M1ReadBlock", PROFILE_NOTHING, M1_DATA },
	{ "/api/M1WriteBlock", PROFILE_NOTHING, OTHER },
	{ "/api/M1Halt", PROFILE_NOTHING, OTHER },
};

static bool flag(const char *query, const char *key)
{
	char value[8];

	return query_value(query, key, value, sizeof(value)) && strcmp(value, "1") == 0;
}

static unsigned int wait_ms(const char *query)
{
	unsigned long seconds;
	char value[16], *end;

	if (!query_value(query, "waitTime", value, sizeof(value)))
		return PROFILE_WAIT_MS;
	seconds = strtoul(value, &end, 10);
	if (end == value || *end || value[0] == '-')
		return PROFILE_WAIT_MS;
	return 1000 * (unsigned int)(seconds < WAIT_MAX_S ? seconds : WAIT_MAX_S);
}

/* Only the name of a function: what is called is code of the page, and nothing else may be. */
static bool is_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";
	static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$"
				     "0123456789.";

	return *s && strchr(letters, *s) && strspn(s, others) == strlen(s);
}

static void take_callback(const char *query, struct profile_call *ret)
{
	char name[PROFILE_CALLBACK_SIZE];

	if (query_value(query, "callback", name, sizeof(name)) && is_name(name))
		strcpy(ret->callback, name);
}

static void request(const struct profile_settings *settings, const struct profile_request *request,
		    struct profile_call *ret)
{
	*ret = (struct profile_call){ .need = PROFILE_NOT_FOUND };
	for (size_t i = 0; i < ELEMENTSOF(paths); i++)
		if (strcmp(request->path, paths[i].path) == 0)
			*ret = (struct profile_call){ .need = paths[i].need,
						      .what = paths[i].what };
	if (ret->need == PROFILE_NOT_FOUND)
		return;
	if (ret->need == PROFILE_CARD) {
		ret->wait_ms = wait_ms(request->query);
		ret->once = flag(request->query, "readOnce");
		ret->no_picture = flag(request->query, "NoPhoto");
	}
	if (flag(request->query, "ie"))
		ret->what |= IE;
	if (settings->jsonp)
		take_callback(request->query, ret);
}

static void small(struct profile_text *t, const char *code, const char *words)
{
	text_string(t, "retcode", code);
	text_string(t, "retmsg", words);
	text_string(t, "errmsg", "");
}

static void small_failure(struct profile_text *t, enum idcard_error error)
{
	small(t, error_of_reader(error) ? FAILED_DEVICE : FAILED_READING,
	      idcard_error_text(error, true));
}

static void head(struct profile_text *t, const struct profile_settings *settings,
		 const struct profile_call *call, const struct profile_outcome *outcome,
		 const json_t **ret_identity)
{
	enum idcard_error error = card_missing(outcome);
	bool no_photo = settings->photo_required && !call->no_picture &&
			!*field_jpeg(outcome->identity);

	*ret_identity = NULL;
	text_string(t, "code", error != IDCARD_ERROR_NONE || no_photo ? "-1" : "0");
	if (error != IDCARD_ERROR_NONE) {
		small_failure(t, error);
	} else if (no_photo) {
		small(t, FAILED_READING, "相片解码失败");
	} else {
		small(t, SUCCESS_CODES, SUCCESS_WORDS);
		*ret_identity = outcome->identity;
	}
}

static void person(struct profile_text *t, const json_t *identity)
{
	char date[16], room[PROFILE_NATION_SIZE], nation[PROFILE_NATION_SIZE + 16];
	const char *code = field(identity, "nationality"), *name = field_nation(identity, room);
	enum profile_kind kind = field_kind(identity);

	/* 加拿大/CAN */
	if (kind == KIND_FOREIGNER || kind == KIND_FOREIGNER_2023) {
		snprintf(nation, sizeof(nation), "%s/%.12s", name == code ? "" : name, code);
		name = nation;
	}
	text_string(t, "name", field_name(identity));
	text_string(t, "sex", field_sex(identity));
	text_string(t, "nation", name);
	text_string(t, "born", field_date(identity, "birth_date", false, date));
	text_string(t, "address", field(identity, "address"));
	text_string(t, "cardno", field_number(identity));
	text_string(t, "userlifeb", field_date(identity, "valid_from", false, date));
	text_string(t, "userlifee", field_date(identity, "valid_until", false, date));
	text_string(t, "police", field(identity, "authority"));
}

static void fingerprints(struct profile_text *t)
{
	static const char *const keys[] = {
		"FpFingerName1", "FpQuality1", "FpRegResult1", "FpFeature1",
		"FpFingerName2", "FpQuality2", "FpRegResult2", "FpFeature2",
	};

	text_string(t, "FpDescribe", "");
	text_literal(t, "FpData", "null");
	for (size_t i = 0; i < ELEMENTSOF(keys); i++)
		text_string(t, keys[i], "");
}

/*
 * The three digits that lead to the number of the card before. The identity has that number:
 * country, 2 digits, 2 of these, YYMMDD, the third, a check digit.
 */
static const char *association(const json_t *identity, char room[4])
{
	const char *former = field(identity, "former_number");

	room[0] = '\0';
	if (strlen(former) == 15)
		snprintf(room, 4, "%c%c%c", former[5], former[6], former[13]);
	return room;
}

static const char *card_type(const json_t *identity)
{
	switch (field_kind(identity)) {
	case KIND_RESIDENT:
		return "0";
	case KIND_FOREIGNER:
		return "1";
	case KIND_HONG_KONG_MACAO:
	case KIND_TAIWAN:
		return "2";
	case KIND_FOREIGNER_2023:
		return "3";
	default:
		return "";
	}
}

static void document(struct profile_text *t, const json_t *identity)
{
	const json_t *count = json_object_get(identity, "issue_count");
	bool edition_2023 = field_kind(identity) == KIND_FOREIGNER_2023;
	char times[16] = "", room[4];

	if (json_is_integer(count))
		snprintf(times, sizeof(times), "%02d", (int)json_integer_value(count) % 100);
	text_string(t, "CardType", card_type(identity));
	if (edition_2023) {
		text_string(t, "CardTypeName", "2023版外国人永久居留身份证");
		text_string(t, "Reserved", association(identity, room));
	}
	text_string(t, "EngName", field(identity, "name_latin"));
	text_string(t, "CertVol", "");
	text_string(t, "PassID", field(identity, "permit_number"));
	text_string(t, "IssuesTimes", times);
}

static void render_card(struct profile_text *t, const struct profile_settings *settings,
			const struct profile_call *call, const struct profile_outcome *outcome)
{
	const json_t *identity;
	const char *photo;

	head(t, settings, call, outcome, &identity);
	photo = call->no_picture ? "" : field_jpeg(identity);
	person(t, identity);
	if (field_kind(identity) == KIND_FOREIGNER_2023) {
		document(t, identity);
		fingerprints(t);
		text_string(t, "photobase64", photo);
	} else {
		text_string(t, "photobase64", photo);
		fingerprints(t);
		document(t, identity);
	}
	text_string(t, "frontImg", "");
	text_string(t, "backImg", "");
}

static void render_sam(struct profile_text *t, const struct profile_outcome *outcome, bool id)
{
	enum idcard_error error = reader_missing(outcome);

	if (error == IDCARD_ERROR_NONE && id && !outcome->sam_id)
		error = IDCARD_ERROR_NO_READER;
	if (error != IDCARD_ERROR_NONE)
		small_failure(t, error);
	else
		small(t, "0", id ? outcome->sam_id : "操作成功");
}

static void render_m1(struct profile_text *t)
{
	small(t, FAILED_READING, PROFILE_UNSUPPORTED);
	text_string(t, "CardSn1", "");
	text_string(t, "CardSn2", "");
	text_string(t, "Size", "");
	text_string(t, "data", "");
}

static void render_image(struct profile_text *t)
{
	text_string(t, "retcode", FAILED_READING);
	text_string(t, "frontImg", "");
	text_string(t, "backImg", "");
}

static void render_object(struct profile_text *t, const struct profile_settings *settings,
			  const struct profile_call *call, const struct profile_outcome *outcome)
{
	text_add(t, "{");
	switch (call->what & ~IE) {
	case READ_MSG:
		render_card(t, settings, call, outcome);
		break;
	case GET_IMAGE:
		render_image(t);
		break;
	case GET_SAM_ID:
	case GET_SAM_STATUS:
		render_sam(t, outcome, (call->what & ~IE) == GET_SAM_ID);
		break;
	case VERSION:
		small(t, "0", "v3.0");
		break;
	case DONE:
		small(t, "0", "操作成功");
		break;
	case M1_DATA:
		render_m1(t);
		break;
	default:
		small(t, FAILED_READING, PROFILE_UNSUPPORTED);
	}
	text_add(t, "}");
}

static void render(const struct profile_settings *settings, const struct profile_call *call,
		   const struct profile_outcome *outcome, struct profile_text *ret,
		   const char **content_type)
{
	if (call->what & IE)
		*content_type = "text/html;charset=utf-8";
	if (!call->callback[0]) {
		render_object(ret, settings, call, outcome);
		return;
	}
	*content_type = "application/javascript;charset=utf-8";
	text_addf(ret, "%s(", call->callback);
	render_object(ret, settings, call, outcome);
	text_add(ret, ");");
}

const struct profile profile_synjones = {
	.name = "synjones",
	.title = "新中新 Synjones, port 8989",
	.port = 8989,
	.request = request,
	.render = render,
};
