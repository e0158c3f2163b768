// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-rig.h"

#include <string.h>

#define PLAIN "text/plain;charset=utf-8"
#define JSON "application/json"

static const struct profile *const p = &profile_zkteco;
static const struct profile_settings strict = { .strict_json = true };
static const struct profile_settings dotted = { .dotted_dates = true };

static struct profile_call get(const char *path)
{
	return ask(p, &plain_settings, false, path, "OP-DEV=1&CMD-URL=4&REPEAT=1?0.123");
}

static struct profile_call read_card(void)
{
	return get("/ZKIDROnline/ScanReadIdCardInfo");
}

#define RESIDENT_REPLY(birth, from, picture, photo)                                                \
	"{'ret':0,'Certificate':{'Name':'测试甲','Sex':'男','Nation':'汉','Birthday':'" birth "'," \
	"'Address':'北京市东城区示例路1号','IDNumber': '110101190001010014',"                      \
	"'IDIssued':'示例市公安局示例分局','IssuedData':'" from "','ValidDate':'长期',"            \
	"'Base64Photo':'" picture "','CardType':'0','PhotoName':'" photo "'}}"

static void test_requests(void **state)
{
	assert_int_equal(read_card().need, PROFILE_CARD);
	assert_true(read_card().wait_ms > 0 && read_card().wait_ms < 3000);
	assert_int_equal(get("/ScanReadIdCardInfo").need, PROFILE_CARD);
	assert_int_equal(get("/ZKIDROnline/info").need, PROFILE_NOTHING);
	assert_int_equal(get("/info").need, PROFILE_NOTHING);
	assert_int_equal(get("/ZKIDROnline/MFCard").need, PROFILE_NOTHING);
	assert_int_equal(get("/ZKIDROnline").need, PROFILE_NOT_FOUND);
	assert_int_equal(get("/ZKIDROnlineX/info").need, PROFILE_NOT_FOUND);
	assert_int_equal(get("/zkidronline/info").need, PROFILE_NOT_FOUND);
}

static void test_cards(void **state)
{
	struct profile_call call = read_card();

	expect(p, &plain_settings, &call, with(RESIDENT), PLAIN,
	       RESIDENT_REPLY("19000101", "20200101", "/9j/2w==", "C:\\IDPhoto.bmp"));
	expect(p, &plain_settings, &call, with(RESIDENT_NO_PICTURE), PLAIN,
	       RESIDENT_REPLY("19000101", "20200101", "", "C:\\IDPhoto.bmp"));
	expect(p, &dotted, &call, with(RESIDENT), PLAIN,
	       RESIDENT_REPLY("1900.01.01", "2020.01.01", "/9j/2w==", "C:\\IDPhoto.bmp"));
	expect(p, &strict, &call, with(RESIDENT), JSON,
	       RESIDENT_REPLY("19000101", "20200101", "/9j/2w==", "IDPhoto.bmp"));
	expect(p, &plain_settings, &call, with(HONG_KONG_MACAO), PLAIN,
	       "{'ret':0,'Certificate':{'Name':'测试乙','Sex':'女','Nation':'',"
	       "'Birthday':'19000101','Address':'示例省示例市示例街2号',"
	       "'IDNumber': '810000190001010026','IDIssued':'示例市公安局',"
	       "'IssuedData':'20200101','ValidDate':'20250101','Base64Photo':'/9j/2w==',"
	       "'CardType':'2','PhotoName':'C:\\IDPhoto.bmp'}}");
	expect(p, &plain_settings, &call, with(FOREIGNER), PLAIN,
	       "{'ret':0,'Certificate':{'Name':'SAMPLE, TEST CARD','Sex':'男',"
	       "'Nation':'加拿大','Birthday':'19000101','Address':'',"
	       "'IDNumber': 'CAN110000010103','IDIssued':'1100','IssuedData':'20200101',"
	       "'ValidDate':'20300101','Base64Photo':'/9j/2w==','CardType':'1',"
	       "'PhotoName':'C:\\IDPhoto.bmp'}}");
	expect(p, &plain_settings, &call, with(FOREIGNER_2023), PLAIN,
	       "{'ret':0,'Certificate':{'Name':'测试丁','Sex':'女','Nation':'XXX',"
	       "'Birthday':'19000101','Address':'','IDNumber': '91199919000101003X',"
	       "'IDIssued':'','IssuedData':'20240101','ValidDate':'20340101',"
	       "'Base64Photo':'/9j/2w==','CardType':'3','PhotoName':'C:\\IDPhoto.bmp'}}");
}

static void fails_with(enum idcard_error error, const char *wanted)
{
	struct profile_call call = read_card();

	expect(p, &plain_settings, &call, without(error), PLAIN, wanted);
	expect(p, &strict, &call, without(error), JSON, wanted);
}

static void test_failures(void **state)
{
	struct profile_call call = read_card();

	fails_with(IDCARD_ERROR_NO_READER, "{'ret':1}");
	fails_with(IDCARD_ERROR_NO_DAEMON, "{'ret':1}");
	fails_with(IDCARD_ERROR_READER_SILENT, "{'ret':2}");
	fails_with(IDCARD_ERROR_TIMED_OUT, "{'ret':10}");
	fails_with(IDCARD_ERROR_CARD_REMOVED, "{'ret':11}");
	fails_with(IDCARD_ERROR_CARD_NOT_GENUINE, "{'ret':11}");
	fails_with(IDCARD_ERROR_READER_DEAD, "{'ret':20}");
	fails_with(IDCARD_ERROR_READER_UNKNOWN, "{'ret':30}");
	expect(p, &plain_settings, &call, with(PASSPORT), PLAIN, "{'ret':11}");
	call = get("/ZKIDROnline/MFCard");
	expect(p, &plain_settings, &call, reader_works, PLAIN, "{'ret':30}");
}

static void test_info(void **state)
{
	struct profile_call call = get("/ZKIDROnline/info");

	expect(p, &plain_settings, &call, reader_works, PLAIN,
	       "{'ret':0,'data':{'server_version':'3.5.2'}}");
	expect(p, &strict, &call, reader_works, JSON,
	       "{'ret':0,'data':{'server_version':'3.5.2'}}");
}

/* @s with @from replaced by @to wherever it stands. */
static char *replaced(const char *s, const char *from, const char *to)
{
	char *copy = calloc(1, strlen(s) * (strlen(to) + 1) + 1), *end = copy;

	while (*s) {
		if (strncmp(s, from, strlen(from)) == 0) {
			end = stpcpy(end, to);
			s += strlen(from);
		} else {
			*end++ = *s++;
		}
	}
	return copy;
}

static void parses(const char *text, const struct profile_outcome *outcome)
{
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const json_t *certificate = json_object_get(object, "Certificate");

	assert_non_null(object);
	assert_int_equal(json_integer_value(json_object_get(object, "ret")), 0);
	assert_string_equal(field(certificate, "IDNumber"), field_number(outcome->identity));
	json_decref(object);
}

/* What the callers do to the text before they parse it; a browser does it once more, in earnest. */
static void suits_callers(enum person who)
{
	struct profile_call call = read_card();
	struct profile_outcome outcome = with(who);
	const char *type, *backslash;
	struct profile_text t = reply(p, &plain_settings, &call, outcome, &type);
	char *text, *blanks;

	/* As it is, it is no JSON. */
	assert_null(json_loadb(t.data, t.size, 0, NULL));
	backslash = strchr(t.data, '\\');
	assert_non_null(backslash);
	assert_ptr_equal(backslash, strrchr(t.data, '\\'));

	text = replaced(t.data, "\\", "/");
	parses(text, &outcome);
	free(text);
	text = replaced(t.data, "\\", "\\\\");
	parses(text, &outcome);
	free(text);
	text = replaced(t.data, "\"CardType\": \"", ",\"CardType\": \"");
	assert_string_equal(text, t.data);
	free(text);
	blanks = replaced(t.data, " ", "");
	text = replaced(blanks, "\\", "/");
	parses(text, &outcome);
	free(blanks);
	free(text);
	text = strstr(t.data, "\"IDNumber\": \"") + strlen("\"IDNumber\": \"");
	assert_memory_equal(text, field_number(outcome.identity), 15);
	text_wipe(&t);
}

static void test_callers(void **state)
{
	suits_callers(RESIDENT);
	suits_callers(HONG_KONG_MACAO);
	suits_callers(FOREIGNER);
	suits_callers(FOREIGNER_2023);
	suits_callers(ODD);
}

static void test_odd(void **state)
{
	struct profile_call call = read_card();
	json_t *object = reply_json(p, &strict, &call, with(ODD));
	const json_t *certificate = json_object_get(object, "Certificate");

	assert_string_equal(field(certificate, "Name"),
			    "＂},＼\xef\xbf\xbd\xef\xbf\xbd\xee\xa0\x9e\xef\xbf\xbd</script>");
	assert_string_equal(field(certificate, "Address"),
			    "＂, ＂certNumber＂ : ＂1＂,\xef\xbf\xbd   ＂resultFlag＂ : 0,"
			    "＂CardType＂: ＂＼I");
	json_decref(object);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_callers),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
