// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-rig.h"

#include <string.h>

#define JSON "application/json"

static const struct profile *const p = &profile_camera;

static struct profile_call post(const char *path)
{
	return ask(p, &plain_settings, true, path, "");
}

#define REST "'photoBase64_Z':'','photoBase64_F':'','strIDUID':'','appendMsg':''}}"
#define RESIDENT_REPLY(picture)                                                                    \
	"{'code':0,'IDCardInfo':{'name':'测试甲','sex':'男','sexCode':'1','nation':'汉',"          \
	"'nationCode':'01','birthday':'19000101','address':'北京市东城区示例路1号',"               \
	"'cardID':'110101190001010014','issueOrgan':'示例市公安局示例分局',"                       \
	"'validStart':'20200101','validEnd':'长期','photoBase64':'" picture "'," REST
#define FAILURE                                                                                    \
	"{'code':-1,'IDCardInfo':{'name':'','sex':'','sexCode':'','nation':'','nationCode':'',"    \
	"'birthday':'','address':'','cardID':'','issueOrgan':'','validStart':'','validEnd':'',"    \
	"'photoBase64':''," REST

static void test_requests(void **state)
{
	assert_int_equal(post("/card=idcard").need, PROFILE_CARD);
	/* Pages wait 30 s. */
	assert_true(post("/card=idcard").wait_ms > 0 && post("/card=idcard").wait_ms < 30000);
	assert_int_equal(post("/video=grabimage").need, PROFILE_NOTHING);
	assert_int_equal(post("/device=").need, PROFILE_NOTHING);
	assert_int_equal(post("/card").need, PROFILE_NOT_FOUND);
	assert_int_equal(ask(p, &plain_settings, false, "/card=idcard", "").need,
			 PROFILE_NOT_FOUND);
}

static void test_cards(void **state)
{
	struct profile_call call = post("/card=idcard");

	expect(p, &plain_settings, &call, with(RESIDENT), JSON, RESIDENT_REPLY("/9j/2w=="));
	expect(p, &plain_settings, &call, with(RESIDENT_NO_PICTURE), JSON, RESIDENT_REPLY(""));
	expect(p, &plain_settings, &call, with(HONG_KONG_MACAO), JSON,
	       "{'code':0,'IDCardInfo':{'name':'测试乙','sex':'女','sexCode':'2','nation':'',"
	       "'nationCode':'','birthday':'19000101','address':'示例省示例市示例街2号',"
	       "'cardID':'810000190001010026','issueOrgan':'示例市公安局',"
	       "'validStart':'20200101','validEnd':'20250101','photoBase64':'/9j/2w=='," REST);
	expect(p, &plain_settings, &call, with(FOREIGNER), JSON,
	       "{'code':0,'IDCardInfo':{'name':'SAMPLE, TEST CARD','sex':'男','sexCode':'1',"
	       "'nation':'加拿大','nationCode':'CAN','birthday':'19000101','address':'',"
	       "'cardID':'CAN110000010103','issueOrgan':'1100','validStart':'20200101',"
	       "'validEnd':'20300101','photoBase64':'/9j/2w=='," REST);
	expect(p, &plain_settings, &call, with(FOREIGNER_2023), JSON,
	       "{'code':0,'IDCardInfo':{'name':'测试丁','sex':'女','sexCode':'2','nation':'XXX',"
	       "'nationCode':'XXX','birthday':'19000101','address':'',"
	       "'cardID':'91199919000101003X','issueOrgan':'','validStart':'20240101',"
	       "'validEnd':'20340101','photoBase64':'/9j/2w=='," REST);
}

static void test_failures(void **state)
{
	struct profile_call call = post("/card=idcard");

	expect(p, &plain_settings, &call, without(IDCARD_ERROR_TIMED_OUT), JSON, FAILURE);
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), JSON, FAILURE);
	expect(p, &plain_settings, &call, with(PASSPORT), JSON, FAILURE);
	call = post("/video=grabimage");
	expect(p, &plain_settings, &call, reader_works, JSON, "{'code':-1}");
}

static void test_odd(void **state)
{
	struct profile_call call = post("/card=idcard");
	json_t *object = reply_json(p, &plain_settings, &call, with(ODD));
	const json_t *info = json_object_get(object, "IDCardInfo");

	assert_string_equal(field(info, "name"), field(person(ODD), "name"));
	assert_string_equal(field(info, "address"), field(person(ODD), "address"));
	json_decref(object);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
