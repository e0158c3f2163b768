// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-rig.h"

#include <regex.h>
#include <string.h>

#define TYPE "text/plain;charset=utf-8"

static const struct profile *const p = &profile_huashi;

static struct profile_call get(const char *path)
{
	return ask(p, &plain_settings, false, path, "t=0.12");
}

static void test_requests(void **state)
{
	assert_int_equal(get("/OpenDevice").need, PROFILE_STATUS);
	assert_int_equal(get("/openDevice").need, PROFILE_STATUS);
	assert_int_equal(get("/readcard").need, PROFILE_CARD);
	assert_int_equal(get("/readCard").need, PROFILE_CARD);
	assert_int_equal(get("/CloseDevice").need, PROFILE_NOTHING);
	assert_int_equal(get("/closedevice").need, PROFILE_NOTHING);
	assert_int_equal(get("/").need, PROFILE_NOT_FOUND);
	assert_int_equal(get("/readcard/").need, PROFILE_NOT_FOUND);
	assert_int_equal(get("/ReadCardX").need, PROFILE_NOT_FOUND);
	/* Pages wait 5000 ms. */
	assert_true(get("/readcard").wait_ms > 0 && get("/readcard").wait_ms < 5000);
	assert_false(get("/readcard").once);
}

static void test_resident(void **state)
{
	struct profile_call call = get("/readcard");

	expect(p, &plain_settings, &call, with(RESIDENT), TYPE,
	       "{\n"
	       "   'bornDay' : '19000101',\n"
	       "   'certAddress' : '北京市东城区示例路1号',\n"
	       "   'certNumber' : '110101190001010014',\n"
	       "   'certOrg' : '示例市公安局示例分局',\n"
	       "   'certType' : ' ',\n"
	       "   'effDate' : '20200101',\n"
	       "   'errorMsg' : '',\n"
	       "   'expDate' : '长期',\n"
	       "   'gender' : '男',\n"
	       "   'identityPic' : '/9j/2w==',\n"
	       "   'nation' : '汉',\n"
	       "   'nationCode' : '01',\n"
	       "   'partyName' : '测试甲',\n"
	       "   'resultFlag' : 0\n"
	       "}\n");
}

static void test_no_picture(void **state)
{
	struct profile_call call = get("/readcard");
	json_t *object = reply_json(p, &plain_settings, &call, with(RESIDENT_NO_PICTURE));

	assert_string_equal(field(object, "identityPic"), "");
	assert_string_equal(field(object, "partyName"), "测试甲");
	assert_int_equal(json_integer_value(json_object_get(object, "resultFlag")), 0);
	json_decref(object);
}

static void test_permit(void **state)
{
	struct profile_call call = get("/readcard");

	expect(p, &plain_settings, &call, with(HONG_KONG_MACAO), TYPE,
	       "{\n"
	       "   'bornDay' : '19000101',\n"
	       "   'certAddress' : '示例省示例市示例街2号',\n"
	       "   'certNumber' : '810000190001010026',\n"
	       "   'certOrg' : '示例市公安局',\n"
	       "   'certType' : 'J',\n"
	       "   'effDate' : '20200101',\n"
	       "   'errorMsg' : '',\n"
	       "   'expDate' : '20250101',\n"
	       "   'gender' : '女',\n"
	       "   'identityPic' : '/9j/2w==',\n"
	       "   'nation' : '',\n"
	       "   'nationCode' : '',\n"
	       "   'partyName' : '测试乙',\n"
	       "   'resultFlag' : 0\n"
	       "}\n");
}

static void test_foreigners(void **state)
{
	struct profile_call call = get("/readcard");

	expect(p, &plain_settings, &call, with(FOREIGNER), TYPE,
	       "{\n"
	       "   'bornDay' : '19000101',\n"
	       "   'certAddress' : '',\n"
	       "   'certNumber' : 'CAN110000010103',\n"
	       "   'certOrg' : '1100',\n"
	       "   'certType' : 'I',\n"
	       "   'effDate' : '20200101',\n"
	       "   'errorMsg' : '',\n"
	       "   'expDate' : '20300101',\n"
	       "   'gender' : '男',\n"
	       "   'identityPic' : '/9j/2w==',\n"
	       "   'nation' : '加拿大',\n"
	       "   'nationCode' : 'CAN',\n"
	       "   'partyName' : 'SAMPLE, TEST CARD',\n"
	       "   'resultFlag' : 0\n"
	       "}\n");
	expect(p, &plain_settings, &call, with(FOREIGNER_2023), TYPE,
	       "{\n"
	       "   'bornDay' : '19000101',\n"
	       "   'certAddress' : '',\n"
	       "   'certNumber' : '91199919000101003X',\n"
	       "   'certOrg' : '',\n"
	       "   'certType' : 'I',\n"
	       "   'effDate' : '20240101',\n"
	       "   'errorMsg' : '',\n"
	       "   'expDate' : '20340101',\n"
	       "   'gender' : '女',\n"
	       "   'identityPic' : '/9j/2w==',\n"
	       "   'nation' : 'XXX',\n"
	       "   'nationCode' : 'XXX',\n"
	       "   'partyName' : '测试丁',\n"
	       "   'resultFlag' : 0\n"
	       "}\n");
}

static const char failure[] =
	"{\n"
	"   'bornDay' : '',\n"
	"   'certAddress' : '',\n"
	"   'certNumber' : '',\n"
	"   'certOrg' : '',\n"
	"   'certType' : '',\n"
	"   'effDate' : '',\n"
	"   'errorMsg' : '读卡失败',\n"
	"   'expDate' : '',\n"
	"   'gender' : '',\n"
	"   'identityPic' : '',\n"
	"   'nation' : '',\n"
	"   'nationCode' : '',\n"
	"   'partyName' : '',\n"
	"   'resultFlag' : -11\n"
	"}\n";

static void test_failures(void **state)
{
	struct profile_call call = get("/readcard");

	expect(p, &plain_settings, &call, without(IDCARD_ERROR_TIMED_OUT), TYPE, failure);
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_CARD_UNREADABLE), TYPE, failure);
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), TYPE, failure);
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_NO_DAEMON), TYPE, failure);
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_NONE), TYPE, failure);
	/* A document that it has no type for would be taken for a resident's. */
	expect(p, &plain_settings, &call, with(PASSPORT), TYPE, failure);
}

static void test_device(void **state)
{
	static const char fine[] = "{\n   'errorMsg' : '',\n   'resultFlag' : 0\n}\n";
	struct profile_call call = get("/OpenDevice");

	expect(p, &plain_settings, &call, reader_works, TYPE, fine);
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_NO_READER), TYPE,
	       "{\n"
	       "   'errorMsg' : '没有连接读卡器。请插入读卡器。',\n"
	       "   'resultFlag' : -1\n"
	       "}\n");
	call = get("/CloseDevice");
	expect(p, &plain_settings, &call, without(IDCARD_ERROR_NONE), TYPE, fine);
}

/* What a page's regular expression captures; "." is any character but the end of a line. */
static char *match(const char *text, const char *pattern)
{
	regmatch_t m[2];
	regex_t re;

	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NEWLINE), 0);
	assert_int_equal(regexec(&re, text, 2, m, 0), 0);
	regfree(&re);
	return strndup(text + m[1].rm_so, (size_t)(m[1].rm_eo - m[1].rm_so));
}

static void captures(const char *text, const char *pattern, const char *wanted)
{
	char *got = match(text, pattern);

	assert_string_equal(got, wanted);
	free(got);
}

/* Also where a card tries to say what another member is. */
static void test_regular_expressions(void **state)
{
	struct profile_call call = get("/readcard");
	const char *type;
	struct profile_text t = reply(p, &plain_settings, &call, with(ODD), &type);
	json_t *object = json_loadb(t.data, t.size, JSON_REJECT_DUPLICATES, NULL);

	captures(t.data, "\"errorMsg\" : (.*)", "\"\",");
	captures(t.data, "\"resultFlag\" : (.*)", "0");
	captures(t.data, "\"certNumber\" : \"([^\"]*)\"", "110101190001010014");
	assert_string_equal(field(object, "partyName"), field(person(ODD), "name"));
	assert_string_equal(field(object, "certAddress"), field(person(ODD), "address"));
	json_decref(object);
	text_wipe(&t);
	t = reply(p, &plain_settings, &call, without(IDCARD_ERROR_TIMED_OUT), &type);
	captures(t.data, "\"errorMsg\" : (.*)", "\"读卡失败\",");
	captures(t.data, "\"resultFlag\" : (.*)", "-11");
	captures(t.data, "\"certNumber\" : \"([^\"]*)\"", "");
	text_wipe(&t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_resident),
		cmocka_unit_test(test_no_picture),
		cmocka_unit_test(test_permit),
		cmocka_unit_test(test_foreigners),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_regular_expressions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
