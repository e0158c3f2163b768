// SPDX-License-Identifier: GPL-2.0-or-later
#include "messages.h"

#include <stdlib.h>
#include <string.h>

#include "portrait.h"
#include "util.h"

static const char *const sentences[_MSG_MAX][2] = {
#define X(name, en, zh) [MSG_##name] = { en, zh },
	MESSAGES(X)
#undef X
};

static const struct {
	const char *group, *word, *en, *zh;
} words[] = {
	{ "card_type", "resident", "Resident identity card", "居民身份证" },
	{ "card_type", "foreigner", "Foreigner's permanent residence card", "外国人永久居留身份证" },
	{ "card_type", "foreigner_2023", "Foreigner's permanent residence card (2023)",
	  "外国人永久居留身份证(2023版)" },
	{ "card_type", "hmt_permit", "Residence permit for Hong Kong, Macao and Taiwan",
	  "港澳台居民居住证" },
	{ "card_type", "passport", "Passport", "护照" },

	{ "field", "name", "Name", "姓名" },
	{ "field", "name_latin", "Latin name", "英文姓名" },
	{ "field", "sex", "Sex", "性别" },
	{ "field", "ethnicity", "Ethnicity", "民族" },
	{ "field", "nationality", "Nationality", "国籍" },
	{ "field", "birth_date", "Born", "出生日期" },
	{ "field", "address", "Address", "住址" },
	{ "field", "new_address", "New address", "最新住址" },
	{ "field", "id_number", "ID number", "证件号码" },
	{ "field", "former_number", "Old number", "原证件号码" },
	{ "field", "passport_number", "Passport", "护照号码" },
	{ "field", "permit_number", "Permit", "通行证号" },
	{ "field", "issue_count", "Issued", "签发次数" },
	{ "field", "authority", "Authority", "签发机关" },
	{ "field", "valid", "Valid", "有效期" },
	{ "field", "fingerprints", "Fingerprint", "指纹" },
	{ "field", "warning", "Caution", "注意" },

	{ "source", "manual", "entered by hand", "手工录入" },
	{ "source", "mrz", "entered by its machine-readable lines", "由机读码录入" },
	{ "source", "qr", "entered by a scanner", "由扫描器录入" },

	{ "sex", "male", "male", "男" },
	{ "sex", "female", "female", "女" },
	{ "sex", "unknown", "unknown", "未知" },

	{ "warning", "checksum", "the check digit of the number does not fit", "号码校验位不符" },
	{ "warning", "number_form", "the number has not the form of its kind", "号码格式不符" },
	{ "warning", "unknown_region", "the number begins with a region that does not exist",
	  "号码开头的地区代码不存在" },
	{ "warning", "birth_in_future", "the date of birth lies in the future", "出生日期晚于今天" },
	{ "warning", "bad_date", "a date does not exist", "含有不存在的日期" },
	{ "warning", "bad_sex", "the code of the sex is unknown", "性别代码未知" },
	{ "warning", "bad_count", "the issue count is no number", "签发次数不是数字" },
	{ "warning", "unknown_ethnicity", "the code of the ethnicity is unknown", "民族代码未知" },
	{ "warning", "unknown_nationality", "the code of the nationality is unknown", "国籍代码未知" },
	{ "warning", "empty_name", "there is no name", "姓名为空" },
	{ "warning", "odd_characters", "holds characters that must not be there", "含有不应出现的字符" },
	{ "warning", "birth_mismatch", "number and date of birth do not agree",
	  "号码与出生日期不一致" },
	{ "warning", "sex_mismatch", "number and sex do not agree", "号码与性别不一致" },
	{ "warning", "private_use_characters", "holds characters that only special fonts can show",
	  "含有需专用字库才能显示的字符" },

	{ "warning", "mapped_characters", "holds characters that were replaced by today's",
	  "含有已替换为现行编码的字符" },

	{ "finger", "right_thumb", "right thumb", "右手拇指" },
	{ "finger", "right_forefinger", "right forefinger", "右手食指" },
	{ "finger", "right_middle", "right middle finger", "右手中指" },
	{ "finger", "right_ring", "right ring finger", "右手环指" },
	{ "finger", "right_little", "right little finger", "右手小指" },
	{ "finger", "left_thumb", "left thumb", "左手拇指" },
	{ "finger", "left_forefinger", "left forefinger", "左手食指" },
	{ "finger", "left_middle", "left middle finger", "左手中指" },
	{ "finger", "left_ring", "left ring finger", "左手环指" },
	{ "finger", "left_little", "left little finger", "左手小指" },
	{ "finger", "right_unsure", "right, which one is unsure", "右手不确定指位" },
	{ "finger", "left_unsure", "left, which one is unsure", "左手不确定指位" },
	{ "finger", "unsure", "finger unsure", "不确定指位" },
	{ "finger", "unknown", "unknown finger", "未知指位" },

	{ "result", "failed", "registering it failed", "注册失败" },
	{ "result", "not-registered", "not registered", "未注册" },
	{ "result", "unknown", "unknown result", "结果未知" },

	{ "state", "opening", "being opened", "正在打开" },
	{ "state", "starting", "starting", "正在启动" },
	{ "state", "idle", "idle", "空闲" },
	{ "state", "searching", "waiting for a card", "等待证件" },
	{ "state", "selecting", "selecting the card", "正在选卡" },
	{ "state", "reading", "reading the card", "正在读卡" },
	{ "state", "holding", "card lies there", "证件未拿开" },
	{ "state", "faulty", "faulty", "故障" },

	{ "device", "added", "reader connected", "读卡器已连接" },
	{ "device", "removed", "reader removed", "读卡器已移除" },
	{ "device", "changed", "reader", "读卡器" },

	{ "card", "placed", "card placed", "已放置证件" },
	{ "card", "retry", "trying again", "正在重试" },
	{ "card", "lifted", "card lifted", "证件已拿开" },
	{ "card", "failed", "card not read", "证件未读出" },

	{ "program", "other-bits", "of another number of bits than this machine's programs",
	  "与本机位数不同的程序" },
	{ "program", "other-machine", "for another kind of processor", "用于其他处理器的程序" },
	{ "program", "windows", "a program for Windows (Wine)", "Windows 程序(Wine)" },
};

/* The English sentences are those of portrait.h. */
static const char *const portraits_zh[_PORTRAIT_RESULT_MAX] = {
	[PORTRAIT_OK] = "照片已解码。",
	[PORTRAIT_NO_DECODER] = "/etc/idcard/portrait.conf 中没有配置照片解码库。",
	[PORTRAIT_BAD_BLOCK] = "证件中没有可识别格式的照片。",
	[PORTRAIT_CONFIG] = "配置文件 /etc/idcard/portrait.conf 有误,或其权限不对。请运行:idcard-portrait --test",
	[PORTRAIT_LOAD] = "无法加载照片解码库。请运行:idcard-portrait --check 文件",
	[PORTRAIT_REFUSED] = "照片解码库返回错误:厂商代码可能不对,或缺少授权文件。",
	[PORTRAIT_NO_OUTPUT] = "照片解码库报告成功,但没有给出照片。",
	[PORTRAIT_EXITED] = "照片解码库结束了进程。",
	[PORTRAIT_CRASHED] = "照片解码库崩溃,或写越界。",
	[PORTRAIT_TIMEOUT] = "照片解码库用时超过五秒。",
	[PORTRAIT_FORBIDDEN] = "照片解码库试图做不允许的事:访问网络、其他程序或他人的文件。",
	[PORTRAIT_FAULT] = "无法运行照片解码库的进程。",
};

const char *message(enum message m, bool chinese)
{
	return sentences[m][chinese];
}

const char *message_word(const char *group, const char *word, bool chinese)
{
	for (size_t i = 0; word && i < ELEMENTSOF(words); i++)
		if (strcmp(words[i].group, group) == 0 && strcmp(words[i].word, word) == 0)
			return chinese ? words[i].zh : words[i].en;
	return word ? word : "";
}

const char *message_portrait(const char *word, bool chinese)
{
	for (enum portrait_result r = 0; r < _PORTRAIT_RESULT_MAX; r++)
		if (strcmp(portrait_result_word(r), word) == 0)
			return chinese ? portraits_zh[r] : portrait_result_text(r);
	return word;
}

bool message_chinese(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < ELEMENTSOF(variables); i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return strncmp(value, "zh", 2) == 0;
	}
	return false;
}
