// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-rig.h"

#include <string.h>

#define JSON "application/json"

static const struct profile *const p = &profile_donsee;

#define NOBODY(sam)                                                                                \
	"'name':'','sex':'','nation':'','birth':'','address':'','certNo':'','department':'',"      \
	"'effectData':'','expire':'','base64Data':'','imageFront':'','imageBack':'','UID':'',"     \
	"'SAMID':'" sam "'}"
#define READ "{'fun':'EST_Reader_ReadIDCard#',"
#define RESIDENT_REPLY(picture)                                                                    \
	READ "'rCode':'0','errMsg':'读卡成功','name':'测试甲','sex':'男','nation':'汉',"           \
	"'birth':'19000101','address':'北京市东城区示例路1号','certNo':'110101190001010014',"      \
	"'department':'示例市公安局示例分局','effectData':'20200101','expire':'长期',"             \
	"'base64Data':'" picture "','imageFront':'','imageBack':'','UID':'','SAMID':''}"

static void test_messages(void **state)
{
	struct profile_call call = say(p, "EST_Reader_ReadIDCard#");

	assert_int_equal(call.need, PROFILE_CARD);
	assert_false(call.once || call.no_picture);
	/* Pages ask each second. */
	assert_true(call.wait_ms > 0 && call.wait_ms < 1000);
	call = say(p, "EST_Reader_ReadIDCard#|1");
	assert_int_equal(call.need, PROFILE_PUSH);
	assert_int_equal(say(p, "EST_Reader_ReadIDCard#|0").need, PROFILE_CARD);
	assert_int_equal(say(p, "EST_Reader_ReadIDCard#|11").need, PROFILE_CARD);
	assert_int_equal(say(p, "EST_StopReadIDCard#").need, PROFILE_PUSH_END);
	call = say(p, "EST_IDRequest#");
	assert_int_equal(call.need, PROFILE_CARD);
	assert_true(call.no_picture);
	assert_int_equal(say(p, "EST_IDRequest#|1").need, PROFILE_CARD);
	assert_int_equal(say(p, "EST_ReaderGertSAMID#").need, PROFILE_STATUS);
	assert_int_equal(say(p, "EST_GetVersion#").need, PROFILE_NOTHING);
	assert_int_equal(say(p, "").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(p, "#").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(p, "|1").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(p, "EST_Reader_ReadIDCard").need, PROFILE_NOT_FOUND);
	assert_int_equal(say(p, "EST_Reader_ReadIDCard#EST_PosBeep#").need, PROFILE_CARD);
	assert_int_equal(say(p, "EST_Other#").need, PROFILE_NOT_FOUND);
}

static void test_cards(void **state)
{
	struct profile_call call = say(p, "EST_Reader_ReadIDCard#");

	expect(p, &plain_settings, &call, with(RESIDENT), JSON, RESIDENT_REPLY("/9j/2w=="));
	expect(p, &plain_settings, &call, with(RESIDENT_NO_PICTURE), JSON, RESIDENT_REPLY(""));
	expect(p, &plain_settings, &call, with(HONG_KONG_MACAO), JSON,
	       READ "'rCode':'0','errMsg':'读卡成功','name':'测试乙','sex':'女','nation':'',"
	       "'birth':'19000101','address':'示例省示例市示例街2号',"
	       "'certNo':'810000190001010026','department':'示例市公安局',"
	       "'effectData':'20200101','expire':'20250101','base64Data':'/9j/2w==',"
	       "'imageFront':'','imageBack':'','UID':'','SAMID':''}");
	expect(p, &plain_settings, &call, with(FOREIGNER), JSON,
	       READ "'rCode':'0','errMsg':'读卡成功','name':'SAMPLE, TEST CARD','sex':'男',"
	       "'nation':'加拿大','birth':'19000101','address':'','certNo':'CAN110000010103',"
	       "'department':'1100','effectData':'20200101','expire':'20300101',"
	       "'base64Data':'/9j/2w==','imageFront':'','imageBack':'','UID':'','SAMID':''}");
	expect(p, &plain_settings, &call, with(FOREIGNER_2023), JSON,
	       READ "'rCode':'0','errMsg':'读卡成功','name':'测试丁','sex':'女','nation':'XXX',"
	       "'birth':'19000101','address':'','certNo':'91199919000101003X','department':'',"
	       "'effectData':'20240101','expire':'20340101','base64Data':'/9j/2w==',"
	       "'imageFront':'','imageBack':'','UID':'','SAMID':''}");
	/* The name of the command without "|1": pages compare it. */
	call = say(p, "EST_Reader_ReadIDCard#|1");
	expect(p, &plain_settings, &call, with(RESIDENT), JSON, RESIDENT_REPLY("/9j/2w=="));
}

static void test_failures(void **state)
{
	struct profile_call call = say(p, "EST_Reader_ReadIDCard#");

	expect(p, &plain_settings, &call, without(IDCARD_ERROR_TIMED_OUT), JSON,
	       READ "'rCode':'-2',"
	       "'errMsg':'超时:未放置证件。如证件已在读卡器上,请拿起后重新放置。'," NOBODY(""));
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), JSON,
	       READ "'rCode':'-1','errMsg':'没有连接读卡器。请插入读卡器。'," NOBODY(""));
	expect(p, &plain_settings, &call, with(PASSPORT), JSON,
	       READ "'rCode':'-1','errMsg':'读卡器不识别该卡。请放置居民身份证、"
	       "外国人永久居留身份证或港澳台居民居住证。'," NOBODY(""));
}

static void test_stop(void **state)
{
	struct profile_call call = say(p, "EST_StopReadIDCard#");
	struct profile_outcome stopped = reader_works;

	stopped.stopped = true;
	expect(p, &plain_settings, &call, stopped, JSON,
	       READ "'rCode':'1','errMsg':'已停止自动读卡'," NOBODY(""));
	expect(p, &plain_settings, &call, reader_works, JSON,
	       "{'fun':'EST_StopReadIDCard#','rCode':'0','errMsg':''," NOBODY(""));
}

static void test_small(void **state)
{
	struct profile_call call = say(p, "EST_GetVersion#");

	expect(p, &plain_settings, &call, reader_works, JSON,
	       "{'fun':'EST_GetVersion#','rCode':'0','errMsg':'" IDCARD_VERSION "'," NOBODY(""));
	call = say(p, "EST_PosBeep#");
	expect(p, &plain_settings, &call, reader_works, JSON,
	       "{'fun':'EST_PosBeep#','rCode':'0','errMsg':''," NOBODY(""));
	call = say(p, "EST_ReaderGertSAMID#");
	expect(p, &plain_settings, &call, reader_works, JSON,
	       "{'fun':'EST_ReaderGertSAMID#','rCode':'0','errMsg':'',"
	       NOBODY("05.03-20200101-0000012345-0000067890"));
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), JSON,
	       "{'fun':'EST_ReaderGertSAMID#','rCode':'-1',"
	       "'errMsg':'没有连接读卡器。请插入读卡器。'," NOBODY(""));
	/* Is a card there: nobody's name. */
	call = say(p, "EST_IDRequest#");
	expect(p, &plain_settings, &call, with(RESIDENT), JSON,
	       "{'fun':'EST_IDRequest#','rCode':'0','errMsg':'读卡成功'," NOBODY(""));
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_TIMED_OUT), JSON,
	       "{'fun':'EST_IDRequest#','rCode':'-2',"
	       "'errMsg':'超时:未放置证件。如证件已在读卡器上,请拿起后重新放置。'," NOBODY(""));
}

static void test_not_served(void **state)
{
	static const char *const names[] = {
		"EST_ReadCertID#", "EST_GetCertFrontImage#", "EST_GetCertBackImage#",
		"EST_ReadBankCard#", "EST_ReadM1Card#", "EST_ReadSocialCard#", "EST_FindCardM1#",
		"EST_VerifyKeyM1#", "EST_ReadCardM1#", "EST_WriteCardM1#", "EST_PowerOnCpu#",
		"EST_WriteCpu#",
	};
	char message[64], wanted[512];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct profile_call call;

		snprintf(message, sizeof(message), "%s|0|FFFFFFFFFFFF", names[i]);
		snprintf(wanted, sizeof(wanted), "{'fun':'%s','rCode':'-1',"
			 "'errMsg':'本机服务不支持此功能'," NOBODY(""), names[i]);
		call = say(p, message);
		assert_int_equal(call.need, PROFILE_NOTHING);
		expect(p, &plain_settings, &call, reader_works, JSON, wanted);
	}
}

static void test_odd(void **state)
{
	struct profile_call call = say(p, "EST_Reader_ReadIDCard#");
	json_t *object = reply_json(p, &plain_settings, &call, with(ODD));

	assert_string_equal(field(object, "name"), field(person(ODD), "name"));
	assert_string_equal(field(object, "certNo"), "110101190001010014");
	json_decref(object);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_not_served),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
