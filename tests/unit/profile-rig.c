// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-rig.h"

#include <string.h>

const struct profile_settings plain_settings = { .enabled = true };
const struct profile_outcome reader_works = {
	.reader = true,
	.sam_id = "05.03-20200101-0000012345-0000067890",
};

#define PICTURE "'portrait':{'status':'ok','format':'jpeg','data':'/9j/2w=='}}"
#define NO_PICTURE "'portrait':{'status':'no-decoder','format':'wlt','data':'V0xm'}}"
#define RESIDENT_TEXT                                                                              \
	"{'class':'IDENTITY','source':'card','card_type':'resident','name':'测试甲','sex':'male',"  \
	"'sex_code':'1','ethnicity':'汉','ethnicity_code':'01','nationality':'CHN',"               \
	"'birth_date':'1900-01-01','address':'北京市东城区示例路1号',"                             \
	"'id_number':'110101190001010014','authority':'示例市公安局示例分局',"                     \
	"'valid_from':'2020-01-01','valid_until':null,'valid_long_term':true,"

static const char *const texts[PERSONS] = {
	[RESIDENT] = RESIDENT_TEXT PICTURE,
	[RESIDENT_NO_PICTURE] = RESIDENT_TEXT NO_PICTURE,
	[HONG_KONG_MACAO] =
		"{'class':'IDENTITY','source':'card','card_type':'hmt_permit','name':'测试乙',"
		"'sex':'female','sex_code':'2','birth_date':'1900-01-01',"
		"'address':'示例省示例市示例街2号','id_number':'810000190001010026',"
		"'permit_number':'H00000000','issue_count':1,'authority':'示例市公安局',"
		"'valid_from':'2020-01-01','valid_until':'2025-01-01','valid_long_term':false,"
		PICTURE,
	[TAIWAN] =
		"{'class':'IDENTITY','source':'card','card_type':'hmt_permit','name':'测试乙',"
		"'sex':'unknown','sex_code':'9','birth_date':'1900-01-01',"
		"'id_number':'830000190001010022','permit_number':'00000000','issue_count':12,"
		"'valid_from':'2020-01-01','valid_until':'2025-01-01','valid_long_term':false,"
		PICTURE,
	[FOREIGNER] =
		"{'class':'IDENTITY','source':'card','card_type':'foreigner',"
		"'name_latin':'SAMPLE, TEST CARD','sex':'male','sex_code':'1','nationality':'CAN',"
		"'birth_date':'1900-01-01','id_number':'CAN110000010103','authority':'1100',"
		"'valid_from':'2020-01-01','valid_until':'2030-01-01','valid_long_term':false,"
		PICTURE,
	[FOREIGNER_2023] =
		"{'class':'IDENTITY','source':'card','card_type':'foreigner_2023','name':'测试丁',"
		"'name_latin':'SAMPLE, TEST CARD','sex':'female','sex_code':'2',"
		"'nationality':'XXX','birth_date':'1900-01-01','id_number':'91199919000101003X',"
		"'former_number':'XXX111200010134','issue_count':0,'valid_from':'2024-01-01',"
		"'valid_until':'2034-01-01','valid_long_term':false," PICTURE,
	[PASSPORT] =
		"{'class':'IDENTITY','source':'mrz','card_type':'passport',"
		"'name_latin':'ERIKSSON, ANNA MARIA','passport_number':'L898902C3'}",
	[TYPED] =
		"{'class':'IDENTITY','source':'manual','card_type':'resident','sex':'male',"
		"'sex_code':'1','birth_date':'1900-01-01','id_number':'110101190001010014'}",
	[ODD] =
		"{'class':'IDENTITY','source':'card','card_type':'resident',"
		"'name':'\\\"},\\\\\\u0001\\u007f\ue81e\\u2028</script>','sex':'male','sex_code':'1',"
		"'address':'\\\", \\\"certNumber\\\" : \\\"1\\\",\\n   \\\"resultFlag\\\" : 0,"
		"\\\"CardType\\\": \\\"\\\\I','id_number':'110101190001010014'," PICTURE,
};

/* Each ' as the " that it stands for. */
static char *quoted(const char *s)
{
	char *copy = strdup(s);

	for (char *p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	return copy;
}

const json_t *person(enum person p)
{
	static json_t *made[PERSONS];

	if (!made[p]) {
		char *text = quoted(texts[p]);
		json_error_t error;

		made[p] = json_loads(text, 0, &error);
		if (!made[p])
			fail_msg("person %d: %s", p, error.text);
		free(text);
	}
	return made[p];
}

struct profile_outcome with(enum person p)
{
	struct profile_outcome outcome = reader_works;

	outcome.identity = person(p);
	return outcome;
}

struct profile_outcome without(enum idcard_error error)
{
	return (struct profile_outcome){ .error = error, .reader = !error_of_reader(error) };
}

struct profile_call ask(const struct profile *p, const struct profile_settings *s, bool post,
			const char *path, const char *query)
{
	const struct profile_request request = {
		.post = post, .path = path, .query = query, .body = "",
	};
	struct profile_call call;

	memset(&call, 0x55, sizeof(call));
	p->request(s, &request, &call);
	return call;
}

struct profile_call say(const struct profile *p, const char *message)
{
	struct profile_call call;
	size_t n = strlen(message);
	/* Exactly as long, without a NUL: the sanitizer sees a step beyond. */
	char *copy = malloc(n ? n : 1);

	memcpy(copy, message, n);
	memset(&call, 0x55, sizeof(call));
	p->message(&plain_settings, copy, n, &call);
	free(copy);
	return call;
}

struct profile_text reply(const struct profile *p, const struct profile_settings *s,
			  const struct profile_call *call, struct profile_outcome outcome,
			  const char **ret_type)
{
	struct profile_text text = {};

	*ret_type = "application/json";
	p->render(s, call, &outcome, &text, ret_type);
	assert_int_equal(text.error, 0);
	return text;
}

void expect(const struct profile *p, const struct profile_settings *s,
	    const struct profile_call *call, struct profile_outcome outcome, const char *type,
	    const char *wanted)
{
	const char *got_type;
	struct profile_text text = reply(p, s, call, outcome, &got_type);
	char *copy = quoted(wanted);

	assert_string_equal(text.data ? text.data : "", copy);
	assert_int_equal(text.size, strlen(copy));
	assert_string_equal(got_type, type);
	free(copy);
	text_wipe(&text);
}

json_t *reply_json(const struct profile *p, const struct profile_settings *s,
		   const struct profile_call *call, struct profile_outcome outcome)
{
	const char *type;
	struct profile_text text = reply(p, s, call, outcome, &type);
	json_t *object = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);

	text_wipe(&text);
	return object;
}
