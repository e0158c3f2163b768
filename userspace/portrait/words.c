// SPDX-License-Identifier: GPL-2.0-or-later
#include "words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const chinese[_PORTRAIT_RESULT_MAX] = {
	[PORTRAIT_OK] = "照片解码成功。",
	[PORTRAIT_NO_DECODER] = "/etc/idcard/portrait.conf 中没有配置解码库。",
	[PORTRAIT_BAD_BLOCK] = "照片数据不是已知格式。",
	[PORTRAIT_CONFIG] = "配置文件 /etc/idcard/portrait.conf 内容或权限有误。",
	[PORTRAIT_LOAD] = "解码库无法加载,请运行:idcard-portrait --check 文件",
	[PORTRAIT_REFUSED] = "解码库自己报告错误:厂商授权码可能不对,或缺少授权文件。",
	[PORTRAIT_NO_OUTPUT] = "解码库报告成功,但没有给出照片。",
	[PORTRAIT_EXITED] = "解码库结束了自己的进程。",
	[PORTRAIT_CRASHED] = "解码库崩溃,或写越界。",
	[PORTRAIT_TIMEOUT] = "解码库用时超过五秒。",
	[PORTRAIT_FORBIDDEN] = "解码库试图做不允许的事:访问网络、其他程序或他人的文件。",
	[PORTRAIT_FAULT] = "无法运行解码进程。",
};

/* The variables as setlocale() orders them. */
static bool is_chinese(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "zh", 2) == 0;
	}
	return false;
}

const char *in_words(const char *en, const char *zh)
{
	return is_chinese() ? zh : en;
}

const char *result_in_words(enum portrait_result result)
{
	return in_words(portrait_result_text(result), chinese[result]);
}
