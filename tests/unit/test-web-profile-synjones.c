// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-rig.h"

#include <string.h>

#define TYPE "application/json"

static const struct profile *const p = &profile_synjones;
static const struct profile_settings with_jsonp = { .enabled = true, .jsonp = true };

static struct profile_call get(const char *path, const char *query)
{
	return ask(p, &plain_settings, false, path, query);
}

#define SUCCESS "'code':'0','retcode':'0x90 0x1','retmsg':'操作成功||相片解码解码正确','errmsg':'',"
#define FINGERS                                                                                    \
	"'FpDescribe':'','FpData':null,'FpFingerName1':'','FpQuality1':'','FpRegResult1':'',"      \
	"'FpFeature1':'','FpFingerName2':'','FpQuality2':'','FpRegResult2':'','FpFeature2':'',"
#define IMAGES "'frontImg':'','backImg':''}"
#define RESIDENT_REPLY(picture)                                                                    \
	"{" SUCCESS "'name':'测试甲','sex':'男','nation':'汉','born':'19000101',"                  \
	"'address':'北京市东城区示例路1号','cardno':'110101190001010014','userlifeb':'20200101',"  \
	"'userlifee':'长期','police':'示例市公安局示例分局','photobase64':'" picture "'," FINGERS  \
	"'CardType':'0','EngName':'','CertVol':'','PassID':'','IssuesTimes':''," IMAGES
#define NOBODY                                                                                     \
	"'errmsg':'','name':'','sex':'','nation':'','born':'','address':'','cardno':'',"           \
	"'userlifeb':'','userlifee':'','police':'','photobase64':''," FINGERS                      \
	"'CardType':'','EngName':'','CertVol':'','PassID':'','IssuesTimes':''," IMAGES

static void test_requests(void **state)
{
	struct profile_call call = get("/api/ReadMsg", "");

	assert_int_equal(call.need, PROFILE_CARD);
	/* By JSONP, pages wait 3 s. */
	assert_true(call.wait_ms > 0 && call.wait_ms < 3000);
	assert_false(call.once || call.no_picture);
	assert_string_equal(call.callback, "");
	assert_int_equal(get("/api/ReadMsg", "waitTime=3&readOnce=1").wait_ms, 3000);
	assert_true(get("/api/ReadMsg", "waitTime=3&readOnce=1").once);
	assert_false(get("/api/ReadMsg", "readOnce=0").once);
	assert_int_equal(get("/api/ReadMsg", "waitTime=0").wait_ms, 0);
	assert_int_equal(get("/api/ReadMsg", "waitTime=3600").wait_ms, 3600000);
	assert_int_equal(get("/api/ReadMsg", "waitTime=99999999999").wait_ms, 3600000);
	assert_int_equal(get("/api/ReadMsg", "waitTime=-1").wait_ms, call.wait_ms);
	assert_int_equal(get("/api/ReadMsg", "waitTime=3s").wait_ms, call.wait_ms);
	assert_int_equal(get("/api/ReadMsg", "waitTime=").wait_ms, call.wait_ms);
	assert_true(get("/api/ReadMsg", "Fp=1&NoPhoto=1&cardImg=1&PhotoQuality=101").no_picture);
	assert_int_equal(get("/api/GetSAMID", "").need, PROFILE_STATUS);
	assert_int_equal(get("/api/GetSAMStatus", "").need, PROFILE_STATUS);
	assert_int_equal(get("/api/GetIDSerialNo", "").need, PROFILE_NOTHING);
	assert_int_equal(get("/api/Beep", "BeepTime=500").need, PROFILE_NOTHING);
	assert_int_equal(get("/api/ReadMsgJsonp", "").need, PROFILE_CARD);
	assert_int_equal(get("/api/ReadMsgIE", "").need, PROFILE_CARD);
	assert_int_equal(get("/api/ReadFpMsg", "").need, PROFILE_CARD);
	assert_int_equal(get("/api/FaceMatch", "").need, PROFILE_NOT_FOUND);
	assert_int_equal(get("/", "").need, PROFILE_NOT_FOUND);
}

static void test_resident(void **state)
{
	struct profile_call call = get("/api/ReadMsg", "");

	expect(p, &plain_settings, &call, with(RESIDENT), TYPE, RESIDENT_REPLY("/9j/2w=="));
	/* Without a picture the texts are those of a success: pages compare them. */
	expect(p, &plain_settings, &call, with(RESIDENT_NO_PICTURE), TYPE, RESIDENT_REPLY(""));
	call = get("/api/ReadMsg", "NoPhoto=1");
	expect(p, &plain_settings, &call, with(RESIDENT), TYPE, RESIDENT_REPLY(""));
	call = get("/api/ReadMsg", "ie=1");
	expect(p, &plain_settings, &call, with(RESIDENT), "text/html;charset=utf-8",
	       RESIDENT_REPLY("/9j/2w=="));
	call = get("/api/ReadMsgIE", "");
	expect(p, &plain_settings, &call, with(RESIDENT), "text/html;charset=utf-8",
	       RESIDENT_REPLY("/9j/2w=="));
}

static void test_photo_required(void **state)
{
	static const struct profile_settings required = { .photo_required = true };
	struct profile_call call = get("/api/ReadMsg", "");

	expect(p, &required, &call, with(RESIDENT), TYPE, RESIDENT_REPLY("/9j/2w=="));
	expect(p, &required, &call, with(RESIDENT_NO_PICTURE), TYPE,
	       "{'code':'-1','retcode':'0x41','retmsg':'相片解码失败'," NOBODY);
	call = get("/api/ReadMsg", "NoPhoto=1");
	expect(p, &required, &call, with(RESIDENT_NO_PICTURE), TYPE, RESIDENT_REPLY(""));
}

static void test_others(void **state)
{
	struct profile_call call = get("/api/ReadMsg", "");

	expect(p, &plain_settings, &call, with(HONG_KONG_MACAO), TYPE,
	       "{" SUCCESS "'name':'测试乙','sex':'女','nation':'','born':'19000101',"
	       "'address':'示例省示例市示例街2号','cardno':'810000190001010026',"
	       "'userlifeb':'20200101','userlifee':'20250101','police':'示例市公安局',"
	       "'photobase64':'/9j/2w=='," FINGERS "'CardType':'2','EngName':'','CertVol':'',"
	       "'PassID':'H00000000','IssuesTimes':'01'," IMAGES);
	expect(p, &plain_settings, &call, with(FOREIGNER), TYPE,
	       "{" SUCCESS "'name':'SAMPLE, TEST CARD','sex':'男','nation':'加拿大/CAN',"
	       "'born':'19000101','address':'','cardno':'CAN110000010103',"
	       "'userlifeb':'20200101','userlifee':'20300101','police':'1100',"
	       "'photobase64':'/9j/2w=='," FINGERS "'CardType':'1',"
	       "'EngName':'SAMPLE, TEST CARD','CertVol':'','PassID':'','IssuesTimes':'',"
	       IMAGES);
	expect(p, &plain_settings, &call, with(FOREIGNER_2023), TYPE,
	       "{" SUCCESS "'name':'测试丁','sex':'女','nation':'/XXX','born':'19000101',"
	       "'address':'','cardno':'91199919000101003X','userlifeb':'20240101',"
	       "'userlifee':'20340101','police':'','CardType':'3',"
	       "'CardTypeName':'2023版外国人永久居留身份证','Reserved':'123',"
	       "'EngName':'SAMPLE, TEST CARD','CertVol':'','PassID':'','IssuesTimes':'00',"
	       FINGERS "'photobase64':'/9j/2w=='," IMAGES);
}

static void test_failures(void **state)
{
	struct profile_call call = get("/api/ReadMsg", "");

	expect(p, &plain_settings, &call, without(IDCARD_ERROR_TIMED_OUT), TYPE,
	       "{'code':'-1','retcode':'0x41',"
	       "'retmsg':'超时:未放置证件。如证件已在读卡器上,请拿起后重新放置。'," NOBODY);
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_CARD_NOT_GENUINE), TYPE,
	       "{'code':'-1','retcode':'0x41','retmsg':"
	       "'读卡器无法验证该证件:可能已损坏、类型不符或系伪造。请人工核对证件。'," NOBODY);
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), TYPE,
	       "{'code':'-1','retcode':'0x1','retmsg':'没有连接读卡器。请插入读卡器。'," NOBODY);
	expect(p, &plain_settings, &call, with(PASSPORT), TYPE,
	       "{'code':'-1','retcode':'0x41','retmsg':'读卡器不识别该卡。请放置居民身份证、"
	       "外国人永久居留身份证或港澳台居民居住证。'," NOBODY);
}

static void is_small(const char *path, struct profile_outcome outcome, const char *wanted)
{
	struct profile_call call = get(path, "");

	expect(p, &plain_settings, &call, outcome, TYPE, wanted);
}

static void test_small_replies(void **state)
{
	static const char no[] = "{'retcode':'0x41','retmsg':'本机服务不支持此功能','errmsg':''}";
	static const char yes[] = "{'retcode':'0','retmsg':'操作成功','errmsg':''}";
	static const char no_reader[] =
		"{'retcode':'0x1','retmsg':'没有连接读卡器。请插入读卡器。','errmsg':''}";
	static const char m1[] =
		"{'retcode':'0x41','retmsg':'本机服务不支持此功能','errmsg':'','CardSn1':'',"
		"'CardSn2':'','Size':'','data':''}";

	is_small("/api/Version", reader_works, "{'retcode':'0','retmsg':'v3.0','errmsg':''}");
	is_small("/api/GetSAMID", reader_works,
		 "{'retcode':'0','retmsg':'05.03-20200101-0000012345-0000067890','errmsg':''}");
	is_small("/api/GetSAMID", without(IDCARD_ERROR_NO_READER), no_reader);
	is_small("/api/GetSAMStatus", reader_works, yes);
	is_small("/api/GetSAMStatus", without(IDCARD_ERROR_NO_READER), no_reader);
	is_small("/api/Beep", reader_works, yes);
	is_small("/api/SetPort", reader_works, yes);
	is_small("/api/GetIDSerialNo", reader_works, no);
	is_small("/api/M1AuthenKey", reader_works, no);
	is_small("/api/M1WriteBlock", reader_works, no);
	is_small("/api/M1Halt", reader_works, no);
	is_small("/api/M1Reset", reader_works, m1);
	is_small("/api/M1ReadBlock", reader_works, m1);
	is_small("/api/GetImage", reader_works, "{'retcode':'0x41','frontImg':'','backImg':''}");
}

static void callback_is(const char *query, const char *wanted)
{
	assert_string_equal(ask(p, &with_jsonp, false, "/api/ReadMsg", query).callback, wanted);
	/* Never unless the administrator allows it. */
	assert_string_equal(get("/api/ReadMsg", query).callback, "");
}

static void test_jsonp(void **state)
{
	struct profile_call call;

	callback_is("callback=GetIDCard", "GetIDCard");
	callback_is("x=1&callback=jQuery360093827465182736_1690000000000&_=1",
		    "jQuery360093827465182736_1690000000000");
	callback_is("callback=__jp0", "__jp0");
	callback_is("callback=$a.b", "$a.b");
	callback_is("callback=", "");
	callback_is("callback=1a", "");
	callback_is("callback=alert(1)", "");
	callback_is("callback=a;b", "");
	callback_is("callback=a%0ab", "");
	callback_is("callback=a%3Cb", "");
	callback_is("callback=a123456789a123456789a123456789a123456789a123456789a123456789abc",
		    "a123456789a123456789a123456789a123456789a123456789a123456789abc");
	callback_is("callback=a123456789a123456789a123456789a123456789a123456789a123456789abcd", "");

	call = ask(p, &with_jsonp, false, "/api/ReadMsg", "callback=GetIDCard&ie=1");
	expect(p, &with_jsonp, &call, with(RESIDENT), "application/javascript;charset=utf-8",
	       "GetIDCard(" RESIDENT_REPLY("/9j/2w==") ");");
	call = ask(p, &with_jsonp, false, "/api/Version", "callback=f");
	expect(p, &with_jsonp, &call, reader_works, "application/javascript;charset=utf-8",
	       "f({'retcode':'0','retmsg':'v3.0','errmsg':''});");
}

static void test_odd(void **state)
{
	struct profile_call call = get("/api/ReadMsg", "ie=1");
	json_t *object = reply_json(p, &plain_settings, &call, with(ODD));
	const char *type;
	struct profile_text t = reply(p, &plain_settings, &call, with(ODD), &type);

	assert_string_equal(field(object, "name"), field(person(ODD), "name"));
	assert_string_equal(field(object, "address"), field(person(ODD), "address"));
	/* As a page, it holds no element. */
	assert_null(strchr(t.data, '<'));
	text_wipe(&t);
	json_decref(object);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_resident),
		cmocka_unit_test(test_photo_required),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_small_replies),
		cmocka_unit_test(test_jsonp),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
