// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-rig.h"

#include <string.h>

#define TYPE "text/plain;charset=utf-8"
#define JSON "application/json"

static const struct profile *const http = &profile_routon_http, *const ws = &profile_routon_ws;

static struct profile_call post(const char *path)
{
	return ask(http, &plain_settings, true, path, "");
}

#define RESIDENT_CONTENT(picture)                                                                  \
	"'resultFlag':0,'errorMsg':'','status':0,'resultContent':{'certType':1,"                   \
	"'partyName':'测试甲','gender':1,'nation':'汉','bornDay':'19000101',"                      \
	"'certAddress':'北京市东城区示例路1号','certNumber':'110101190001010014',"                 \
	"'certOrg':'示例市公安局示例分局','effDate':'20200101','expDate':'长期',"                  \
	"'identityPic':'" picture "'"
#define EMPTY_CONTENT                                                                              \
	"'resultContent':{'certType':null,'partyName':'','gender':null,'nation':'','bornDay':''," \
	"'certAddress':'','certNumber':'','certOrg':'','effDate':'','expDate':'','identityPic':''"
#define NO_CARD                                                                                    \
	"'resultFlag':-2,'errorMsg':'超时:未放置证件。如证件已在读卡器上,请拿起后重新放置。',"     \
	"'status':0,"
#define NO_READER "'resultFlag':-1,'errorMsg':'端口打开失败','status':1"

static void test_requests(void **state)
{
	assert_int_equal(post("/api/connect").need, PROFILE_STATUS);
	assert_int_equal(post("/api/disconnect").need, PROFILE_NOTHING);
	assert_int_equal(post("/api/getStatus").need, PROFILE_STATUS);
	assert_int_equal(post("/api/readCard").need, PROFILE_CARD);
	assert_true(post("/api/readCard").wait_ms > 0);
	assert_int_equal(post("/api/readCert").need, PROFILE_CARD);
	assert_int_equal(post("/api/getSAMID").need, PROFILE_STATUS);
	assert_int_equal(post("/api/readICCardSN").need, PROFILE_NOTHING);
	assert_int_equal(post("/api/readIDCardSN").need, PROFILE_NOTHING);
	assert_int_equal(post("/api").need, PROFILE_NOT_FOUND);
	assert_int_equal(ask(http, &plain_settings, false, "/api/readCard", "_t=1").need,
			 PROFILE_CARD);
}

static void test_cards(void **state)
{
	struct profile_call call = post("/api/readCard");

	expect(http, &plain_settings, &call, with(RESIDENT), TYPE,
	       "{" RESIDENT_CONTENT("/9j/2w==") "}}");
	expect(http, &plain_settings, &call, with(RESIDENT_NO_PICTURE), TYPE,
	       "{" RESIDENT_CONTENT("") "}}");
	expect(http, &plain_settings, &call, with(HONG_KONG_MACAO), TYPE,
	       "{'resultFlag':0,'errorMsg':'','status':0,'resultContent':{'certType':55,"
	       "'partyName':'测试乙','gender':0,'nation':'','bornDay':'19000101',"
	       "'certAddress':'示例省示例市示例街2号','certNumber':'810000190001010026',"
	       "'certOrg':'示例市公安局','effDate':'20200101','expDate':'20250101',"
	       "'identityPic':'/9j/2w=='}}");
	/* Whose sex is not known is neither 1 nor 0. */
	expect(http, &plain_settings, &call, with(TAIWAN), TYPE,
	       "{'resultFlag':0,'errorMsg':'','status':0,'resultContent':{'certType':54,"
	       "'partyName':'测试乙','gender':null,'nation':'','bornDay':'19000101',"
	       "'certAddress':'','certNumber':'830000190001010022','certOrg':'',"
	       "'effDate':'20200101','expDate':'20250101','identityPic':'/9j/2w=='}}");
	expect(http, &plain_settings, &call, with(FOREIGNER), TYPE,
	       "{'resultFlag':0,'errorMsg':'','status':0,'resultContent':{'certType':50,"
	       "'partyName':'SAMPLE, TEST CARD','gender':1,'nation':'加拿大',"
	       "'bornDay':'19000101','certAddress':'','certNumber':'CAN110000010103',"
	       "'certOrg':'1100','effDate':'20200101','expDate':'20300101',"
	       "'identityPic':'/9j/2w=='}}");
	expect(http, &plain_settings, &call, with(FOREIGNER_2023), TYPE,
	       "{'resultFlag':0,'errorMsg':'','status':0,'resultContent':{'certType':50,"
	       "'partyName':'测试丁','gender':0,'nation':'XXX','bornDay':'19000101',"
	       "'certAddress':'','certNumber':'91199919000101003X','certOrg':'',"
	       "'effDate':'20240101','expDate':'20340101','identityPic':'/9j/2w=='}}");
	call = post("/api/readCert");
	expect(http, &plain_settings, &call, with(RESIDENT), TYPE,
	       "{" RESIDENT_CONTENT("/9j/2w==")
	       ",'base64ID_PicFront':'','base64ID_PicBack':''}}");
}

static void test_failures(void **state)
{
	struct profile_call call = post("/api/readCard");

	expect(http, &plain_settings, &call, without(IDCARD_ERROR_TIMED_OUT), TYPE,
	       "{" NO_CARD EMPTY_CONTENT "}}");
	expect(http, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), TYPE,
	       "{" NO_READER "," EMPTY_CONTENT "}}");
	expect(http, &plain_settings, &call, without(IDCARD_ERROR_READER_DEAD), TYPE,
	       "{" NO_READER "," EMPTY_CONTENT "}}");
	expect(http, &plain_settings, &call, with(PASSPORT), TYPE,
	       "{'resultFlag':-2,'errorMsg':'读卡器不识别该卡。请放置居民身份证、"
	       "外国人永久居留身份证或港澳台居民居住证。','status':0," EMPTY_CONTENT "}}");
	call = post("/api/readIDCardSN");
	expect(http, &plain_settings, &call, without(IDCARD_ERROR_NONE), TYPE,
	       "{'resultFlag':-2,'errorMsg':'本机服务不支持此功能','status':0}");
}

static void test_state(void **state)
{
	struct profile_call call = post("/api/getStatus");
	struct profile_outcome unknown_id = { .reader = true };

	expect(http, &plain_settings, &call, reader_works, TYPE,
	       "{'resultFlag':0,'errorMsg':'','status':0}");
	expect(http, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), TYPE,
	       "{'resultFlag':0,'errorMsg':'','status':1}");
	expect(http, &plain_settings, &call, without(IDCARD_ERROR_NO_DAEMON), TYPE,
	       "{" NO_READER "}");
	call = post("/api/connect");
	expect(http, &plain_settings, &call, reader_works, TYPE,
	       "{'resultFlag':0,'errorMsg':'','status':0}");
	expect(http, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), TYPE,
	       "{" NO_READER "}");
	call = post("/api/disconnect");
	expect(http, &plain_settings, &call, without(IDCARD_ERROR_NONE), TYPE,
	       "{'resultFlag':0,'errorMsg':'','status':0}");
	call = post("/api/getSAMID");
	expect(http, &plain_settings, &call, reader_works, TYPE,
	       "{'resultFlag':0,'errorMsg':'','status':0,'resultContent':"
	       "{'SAMID':'05.03-20200101-0000012345-0000067890'}}");
	expect(http, &plain_settings, &call, unknown_id, TYPE, "{" NO_READER "}");
}

static void test_messages(void **state)
{
	struct profile_call call = say(ws, "{\"name\":\"readCard\"}");

	assert_int_equal(call.need, PROFILE_CARD);
	assert_false(call.once);
	assert_int_equal(say(ws, "{\"name\":\"readCert\"}").need, PROFILE_CARD);
	assert_int_equal(say(ws, "{\"name\":\"getStatus\"}").need, PROFILE_STATUS);
	call = say(ws, "{\"name\":\"openPush\",\"withImg\":true,\"interval\":\"100\"}");
	assert_int_equal(call.need, PROFILE_PUSH);
	assert_false(call.no_picture);
	call = say(ws, "{\"name\":\"openPush\",\"withImg\":\"true\",\"interval\":100}");
	assert_false(call.no_picture);
	call = say(ws, "{\"name\":\"openPush\",\"withImg\":false,\"interval\":\"100\"}");
	assert_int_equal(call.need, PROFILE_PUSH);
	assert_true(call.no_picture);
	assert_true(say(ws, "{\"name\":\"openPush\"}").no_picture);
	assert_int_equal(say(ws, "{\"name\":\"closePush\"}").need, PROFILE_PUSH_END);
	assert_int_equal(say(ws, "{\"name\":\"mute\",\"isMute\":true}").need, PROFILE_NOTHING);
	assert_int_equal(say(ws, "{\"name\":\"repeatRead\",\"isRepeatRead\":true}").need,
			 PROFILE_NOTHING);
	assert_int_equal(say(ws, "").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(ws, "readCard").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(ws, "[\"readCard\"]").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(ws, "{\"name\":1}").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(ws, "{\"name\":\"readcard\"}").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(ws, "{\"name\":\"readCard\\u0000\"}").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(ws, "{\"name\":\"readCard\"} x").need, PROFILE_NOT_FOUND);
}

static void test_replies(void **state)
{
	struct profile_call call = say(ws, "{\"name\":\"readCard\"}");

	expect(ws, &plain_settings, &call, with(RESIDENT), JSON,
	       "{'name':'readCard'," RESIDENT_CONTENT("/9j/2w==") "}}");
	expect(ws, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), JSON,
	       "{'name':'readCard'," NO_READER "," EMPTY_CONTENT "}}");
	call = say(ws, "{\"name\":\"readCert\"}");
	expect(ws, &plain_settings, &call, without(IDCARD_ERROR_TIMED_OUT), JSON,
	       "{'name':'readCert'," NO_CARD EMPTY_CONTENT
	       ",'base64ID_PicFront':'','base64ID_PicBack':''}}");
	call = say(ws, "{\"name\":\"openPush\",\"withImg\":true}");
	expect(ws, &plain_settings, &call, with(RESIDENT), JSON,
	       "{'name':'PushWithImg'," RESIDENT_CONTENT("/9j/2w==") "}}");
	call = say(ws, "{\"name\":\"openPush\",\"withImg\":false}");
	expect(ws, &plain_settings, &call, with(RESIDENT), JSON,
	       "{'name':'PushWithOutImg'," RESIDENT_CONTENT("") "}}");
	call = say(ws, "{\"name\":\"getStatus\"}");
	expect(ws, &plain_settings, &call, reader_works, JSON,
	       "{'name':'getStatus','resultFlag':0,'errorMsg':'','status':0}");
	call = say(ws, "{\"name\":\"closePush\"}");
	expect(ws, &plain_settings, &call, without(IDCARD_ERROR_NONE), JSON, "");
	call = say(ws, "{\"name\":\"repeatRead\",\"isRepeatRead\":false}");
	expect(ws, &plain_settings, &call, without(IDCARD_ERROR_NONE), JSON, "");
}

static void test_other_cards(void **state)
{
	static const char *const names[] = {
		"readM1Card", "writeM1Card", "readM1CardEx", "writeM1CardEx", "handleAPDUCMD",
	};
	char message[64], wanted[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct profile_call call;

		snprintf(message, sizeof(message), "{\"name\":\"%s\"}", names[i]);
		snprintf(wanted, sizeof(wanted), "{'name':'%s','resultFlag':-2,'errorMsg':"
			 "'本机服务不支持此功能','status':0}", names[i]);
		call = say(ws, message);
		expect(ws, &plain_settings, &call, without(IDCARD_ERROR_NONE), JSON, wanted);
	}
}

/* eval('(' + text + ')') of text that is JSON runs nothing. */
static void test_odd(void **state)
{
	struct profile_call call = post("/api/readCard");
	json_t *object = reply_json(http, &plain_settings, &call, with(ODD));
	const json_t *content = json_object_get(object, "resultContent");

	assert_string_equal(field(content, "partyName"), field(person(ODD), "name"));
	assert_string_equal(field(content, "certAddress"), field(person(ODD), "address"));
	json_decref(object);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_other_cards),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
