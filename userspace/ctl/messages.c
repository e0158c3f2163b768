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

static const char help_en[] =
	"Usage: idcardctl [OPTION...] COMMAND\n"
	"Shows identity cards that are placed on a reader of this computer.\n"
	"\n"
	"Commands\n"
	"  list          the readers that are connected\n"
	"  watch         every card and every change of a reader, as it comes, until Ctrl-C\n"
	"  read          wait for one card and show it\n"
	"  enter [TEXT]  enter a document by hand: an ID number, a passport number with its check\n"
	"                digit, or the machine-readable lines of a passport; every program that waits\n"
	"                for cards gets it like a card. Without TEXT, or with -, it is taken from\n"
	"                standard input: better, as everybody on this computer can see TEXT in the list\n"
	"                of processes. At a terminal an empty line ends it; passport lines are asked\n"
	"                for one after the other\n"
	"  status        the daemon and its readers\n"
	"  version       the releases of this program and of the daemon\n"
	"Without a command: a short help, and the status.\n"
	"\n"
	"Options\n"
	"  --show         show everything a card says, and numbers in full; otherwise name, sex, kind,\n"
	"                 validity and a masked number\n"
	"  --json         print the lines of the daemon as they are, one JSON object a line, nothing\n"
	"                 masked; watch begins with the reply to WATCH\n"
	"  --timeout S    seconds that read waits for a card, 0.1 to 3600 (30)\n"
	"  --portrait FORMAT --output FILE\n"
	"                 read writes the portrait to FILE, for you alone: jpeg, bmp, or wlt, the\n"
	"                 compressed block as it is on the card. The first two need a decoder library,\n"
	"                 see idcard-portrait(8)\n"
	"  --scale N      enlarge each pixel of jpeg and bmp to N by N, 1 to 4 (1)\n"
	"  --force        replace FILE if it exists\n"
	"  --fingerprint  read asks for the fingerprints, and says which there are\n"
	"  --new-address  read asks for the appended addresses\n"
	"  --map-private-use\n"
	"                 replace characters that only a special font can show by today's\n"
	"  --socket PATH  the socket of the daemon ($IDCARD_SOCKET, else /run/idcard/socket)\n"
	"  -h, --help     this text\n"
	"\n"
	"Exit status\n"
	"  0  done                               4  not permitted\n"
	"  1  the request failed (card, entry)   5  no reader is connected\n"
	"  2  wrong usage                        6  no card in time\n"
	"  3  no daemon\n"
	"\n"
	"The language follows LC_ALL, LC_MESSAGES, LANG: Chinese if it begins with zh, else English.\n";

static const char help_zh[] =
	"用法:idcardctl [选项…] 命令\n"
	"显示放置在本机读卡器上的身份证件。\n"
	"\n"
	"命令\n"
	"  list          列出已连接的读卡器\n"
	"  watch         持续显示每张证件和读卡器的变化,按 Ctrl-C 结束\n"
	"  read          等待并显示一张证件\n"
	"  enter [文本]  手工录入:证件号码、带校验位的护照号码或护照机读码;\n"
	"                所有等待证件的程序都会像读到证件一样收到它。\n"
	"                省略文本或用 - 时从标准输入读取:推荐这样做,因为本机所有用户\n"
	"                都能在进程列表中看到命令行里的文本。在终端上以空行结束,\n"
	"                护照机读码逐行输入\n"
	"  status        守护进程及读卡器的状态\n"
	"  version       本程序和守护进程的版本\n"
	"不带命令时显示简短帮助和状态。\n"
	"\n"
	"选项\n"
	"  --show         显示证件的全部内容和完整号码;\n"
	"                 默认只显示姓名、性别、证件类型、有效期和部分遮盖的号码\n"
	"  --json         原样输出守护进程的各行,每行一个 JSON 对象,不作遮盖;\n"
	"                 watch 的第一行是对 WATCH 的应答\n"
	"  --timeout 秒   read 等待证件的秒数,0.1 至 3600(默认 30)\n"
	"  --portrait 格式 --output 文件\n"
	"                 read 将照片写入该文件,仅本人可读:jpeg、bmp,或证件中的压缩数据 wlt。\n"
	"                 前两种需要照片解码库,参见 idcard-portrait(8)\n"
	"  --scale N      将 jpeg 和 bmp 的每个像素放大为 N×N,1 至 4(默认 1)\n"
	"  --force        文件已存在时替换它\n"
	"  --fingerprint  read 同时读取指纹,并显示有哪些\n"
	"  --new-address  read 同时读取追加住址\n"
	"  --map-private-use\n"
	"                 将需专用字库才能显示的字符替换为现行编码\n"
	"  --socket 路径  守护进程的套接字($IDCARD_SOCKET,否则 /run/idcard/socket)\n"
	"  -h, --help     显示本帮助\n"
	"\n"
	"退出状态\n"
	"  0  成功                       4  没有权限\n"
	"  1  请求失败(证件或录入有误) 5  没有连接读卡器\n"
	"  2  用法错误                   6  超时未放置证件\n"
	"  3  守护进程未运行\n"
	"\n"
	"语言由 LC_ALL、LC_MESSAGES、LANG 决定:以 zh 开头为中文,否则为英文。\n";

static const char short_help_en[] =
	"idcardctl list | watch | read | enter | status | version   (idcardctl --help tells more)\n";

static const char short_help_zh[] =
	"idcardctl list | watch | read | enter | status | version   (详见 idcardctl --help)\n";

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

const char *message_help(bool chinese)
{
	return chinese ? help_zh : help_en;
}

const char *message_short_help(bool chinese)
{
	return chinese ? short_help_zh : short_help_en;
}
