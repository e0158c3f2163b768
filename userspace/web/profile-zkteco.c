// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 中控 ZKTeco. The vendor's reply to a read is no JSON, and its pages depend on that, each in its
 * own way. One body suits all of them:
 *
 *	commas everywhere: for those that give it to eval() or to JSON.parse();
 *	"IDNumber": "     with a blank: for one that splits the text there;
 *	"CardType":"      without: for one that puts the comma there which the vendor forgot;
 *	one backslash     that JavaScript takes and JSON does not: where a library parses what is
 *			  JSON, pages that expect a text would get an object. They make a slash of
 *			  it, or two backslashes, before they parse it themselves.
 *
 * Any other backslash would become part of a value, or end it: there is none.
 */
#include "profile-internal.h"

#include <string.h>

#include "text.h"
#include "util.h"

enum { INFO, READ_CARD, OTHER };

enum {
	RET_OK = 0,
	RET_PORT = 1,
	RET_TRANSFER = 2,
	RET_NO_CARD = 10,
	RET_READ = 11,
	RET_SELF_TEST = 20,
	RET_OTHER = 30,
};

static void request(const struct profile_settings *settings, const struct profile_request *request,
		    struct profile_call *ret)
{
	static const char base[] = "/ZKIDROnline";
	const char *path = request->path;

	if (strncmp(path, base, strlen(base)) == 0)
		path += strlen(base);
	if (strcmp(path, "/info") == 0)
		*ret = (struct profile_call){ .need = PROFILE_NOTHING, .what = INFO };
	else if (strcmp(path, "/ScanReadIdCardInfo") == 0)
		*ret = (struct profile_call){ .need = PROFILE_CARD, .what = READ_CARD,
					      .wait_ms = PROFILE_WAIT_MS };
	else if (strcmp(path, "/MFCard") == 0)
		*ret = (struct profile_call){ .need = PROFILE_NOTHING, .what = OTHER };
	else
		*ret = (struct profile_call){ .need = PROFILE_NOT_FOUND };
}

static int ret_of(enum idcard_error error)
{
	switch (error) {
	case IDCARD_ERROR_NONE:
		return RET_OK;
	case IDCARD_ERROR_TIMED_OUT:
		return RET_NO_CARD;
	case IDCARD_ERROR_NO_READER:
	case IDCARD_ERROR_NO_DAEMON:
	case IDCARD_ERROR_READER_GONE:
	case IDCARD_ERROR_READER_BUSY:
	case IDCARD_ERROR_READER_DENIED:
		return RET_PORT;
	case IDCARD_ERROR_READER_SILENT:
	case IDCARD_ERROR_READER_GARBLED:
		return RET_TRANSFER;
	case IDCARD_ERROR_READER_DEAD:
	case IDCARD_ERROR_READER_UNAUTHORISED:
		return RET_SELF_TEST;
	default:
		return error_of_reader(error) ? RET_OTHER : RET_READ;
	}
}

/* What would need a backslash, as the full-width character that looks the same, or U+FFFD. */
static uint32_t plain(uint32_t c)
{
	if (c == '"' || c == '\\')
		return c - 0x20 + 0xff00;
	return c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029 ? 0xfffd : c;
}

/* @blank: between the colon and the value. */
static void put(struct profile_text *t, const char *key, const char *value, bool blank)
{
	char utf8[5] = "";
	uint32_t c;

	text_addf(t, "%s\"%s\":%s\"", t->size && t->data[t->size - 1] == '{' ? "" : ",", key,
		  blank ? " " : "");
	while ((c = text_next(&value))) {
		utf8[text_put(utf8, plain(c))] = '\0';
		text_add(t, utf8);
	}
	text_add(t, "\"");
}

static const char *card_type(const json_t *identity)
{
	switch (field_kind(identity)) {
	case KIND_FOREIGNER:
		return "1";
	case KIND_HONG_KONG_MACAO:
	case KIND_TAIWAN:
		return "2";
	case KIND_FOREIGNER_2023:
		return "3";
	default:
		return "0";
	}
}

static void certificate(struct profile_text *t, const json_t *identity, bool dotted, bool strict)
{
	char date[16], nation[PROFILE_NATION_SIZE];

	text_object(t, "Certificate");
	put(t, "Name", field_name(identity), false);
	put(t, "Sex", field_sex(identity), false);
	put(t, "Nation", field_nation(identity, nation), false);
	put(t, "Birthday", field_date(identity, "birth_date", dotted, date), false);
	put(t, "Address", field(identity, "address"), false);
	put(t, "IDNumber", field_number(identity), true);
	put(t, "IDIssued", field(identity, "authority"), false);
	put(t, "IssuedData", field_date(identity, "valid_from", dotted, date), false);
	put(t, "ValidDate", field_date(identity, "valid_until", dotted, date), false);
	put(t, "Base64Photo", field_jpeg(identity), false);
	put(t, "CardType", card_type(identity), false);
	text_literal(t, "PhotoName", strict ? "\"IDPhoto.bmp\"" : "\"C:\\IDPhoto.bmp\"");
	text_add(t, "}");
}

static void render_card(struct profile_text *t, const struct profile_settings *settings,
			const struct profile_outcome *outcome)
{
	enum idcard_error error = card_missing(outcome);

	text_number(t, "ret", ret_of(error));
	if (error == IDCARD_ERROR_NONE)
		certificate(t, outcome->identity, settings->dotted_dates, settings->strict_json);
}

static void render(const struct profile_settings *settings, const struct profile_call *call,
		   const struct profile_outcome *outcome, struct profile_text *ret,
		   const char **content_type)
{
	if (!settings->strict_json)
		*content_type = PROFILE_PLAIN;
	text_add(ret, "{");
	switch (call->what) {
	case INFO:
		text_number(ret, "ret", RET_OK);
		text_object(ret, "data");
		text_string(ret, "server_version", "3.5.2");
		text_add(ret, "}");
		break;
	case READ_CARD:
		render_card(ret, settings, outcome);
		break;
	default:
		text_number(ret, "ret", RET_OTHER);
	}
	text_add(ret, "}");
}

const struct profile profile_zkteco = {
	.name = "zkteco",
	.title = "中控 ZKTeco, port 24010",
	.port = 24010,
	.request = request,
	.render = render,
};
