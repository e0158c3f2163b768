/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What idcardctl says to people, English and Chinese: the one table. What went wrong in the daemon
 * or with a card is in errors.h.
 */
#ifndef IDCARD_CTL_MESSAGES_H
#define IDCARD_CTL_MESSAGES_H

#include <stdbool.h>

/* X(name, English, Chinese); both take the same arguments, all of them strings. */
#define MESSAGES(X)                                                                                \
	X(UNKNOWN_COMMAND, "unknown command %s (see idcardctl --help)",                            \
	  "未知命令 %s(参见 idcardctl --help)")                                                    \
	X(BAD_OPTION, "unknown option %s (see idcardctl --help)",                                  \
	  "未知选项 %s(参见 idcardctl --help)")                                                    \
	X(NO_VALUE, "option %s needs a value (see idcardctl --help)",                              \
	  "选项 %s 缺少参数值(参见 idcardctl --help)")                                             \
	X(TOO_MANY_ARGUMENTS, "unexpected argument %s (see idcardctl --help)",                     \
	  "多余的参数 %s(参见 idcardctl --help)")                                                  \
	X(BAD_TIMEOUT, "--timeout takes 0.1 to 3600 seconds, not %s",                              \
	  "--timeout 的取值为 0.1 至 3600 秒,不能是 %s")                                           \
	X(BAD_PORTRAIT, "--portrait takes jpeg, bmp or wlt, not %s",                               \
	  "--portrait 的取值为 jpeg、bmp 或 wlt,不能是 %s")                                        \
	X(BAD_SCALE, "--scale takes 1 to 4, not %s", "--scale 的取值为 1 至 4,不能是 %s")          \
	X(PORTRAIT_AND_OUTPUT, "--portrait and --output FILE go together",                         \
	  "--portrait 和 --output 文件 必须同时使用")                                              \
	X(FILE_EXISTS, "%s exists; name another file, or add --force",                             \
	  "%s 已存在;请换一个文件名,或加上 --force")                                               \
	X(FILE_FAILED, "the portrait cannot be written to %s: %s", "无法将照片写入 %s:%s")         \
	X(NO_PORTRAIT, "%s was not written: %s", "未写入 %s:%s")                                   \
	X(PORTRAIT_SAVED, "The portrait is in %s.", "照片已保存到 %s。")                           \
	X(SUGGEST, "Did you mean %s? Compare it with the document, then enter it.",                \
	  "您要输入的是否为 %s?请与证件核对后重新输入。")                                          \
	X(SUGGEST_LINES, "Did you mean the following? Compare it with the document, then enter "   \
	  "it.\n%s", "您要输入的是否为以下内容?请与证件核对后重新输入。\n%s")                      \
	X(QUALITY, "%s, quality %s", "%s,质量 %s")                                                 \
	X(NO_FINGERPRINTS, "none on the card", "证件中没有指纹")                                   \
	X(ENTRY_EMPTY, "nothing was entered", "没有输入内容")                                      \
	X(ENTRY_TOO_LONG, "the entry is longer than 512 bytes", "输入内容超过 512 字节")           \
	X(ENTRY_NOT_TEXT, "the entry is not text in UTF-8", "输入内容不是 UTF-8 文本")             \
	X(ENTRY_PROMPT, "ID number, passport number with check digit, or passport lines: ",        \
	  "请输入证件号码、带校验位的护照号码或护照机读码:")                                       \
	X(INCOMPATIBLE, "what answers at %s is not idcardd, or another major version of it: "      \
	  "install the same release of both", "%s 的应答方不是 idcardd,或主版本不兼容:"            \
	  "请安装相同版本")                                                                        \
	X(CONNECT_FAILED, "cannot connect to %s: %s", "无法连接 %s:%s")                            \
	X(CONNECTION_LOST, "the daemon ended the connection; look at: journalctl -u idcardd",      \
	  "守护进程断开了连接;请查看:journalctl -u idcardd")                                       \
	X(NOT_JSON, "the daemon sent something that is not JSON",                                  \
	  "守护进程发来的内容不是 JSON")                                                           \
	X(WATCHING, "Waiting for cards; Ctrl-C ends.", "等待放置证件,按 Ctrl-C 结束。")            \
	X(PLACE_CARD, "Place a card on the reader.", "请将证件放在读卡器上。")                     \
	X(DAEMON_IS, "idcardd %s is running for %s.", "idcardd %s 正在运行,已运行 %s。")           \
	X(UPTIME, "%s d %s", "%s 天 %s")                                                           \
	X(COUNTS, "Connections: %s, watching: %s, cards placed: %s.",                              \
	  "连接数:%s,监听数:%s,放置证件次数:%s。")                                                 \
	X(FROM_UNTIL, "%s to %s", "%s 至 %s")                                                      \
	X(UNTIL, "until %s", "至 %s")                                                              \
	X(LONG_TERM, "long term", "长期")                                                          \
	X(EXPIRED, "expired", "已过期")                                                            \
	X(DEVICE_LINE, "%s: %s", "%s:%s")                                                          \
	X(ATTEMPT, "trying again (%s)", "正在重试(第 %s 次)")

enum message {
#define X(name, en, zh) MSG_##name,
	MESSAGES(X)
#undef X
	_MSG_MAX,
};

const char *message(enum message m, bool chinese);

/*
 * A stable word of the protocol in the person's language: group "state", word "idle". The word
 * itself if it is not known: a newer daemon may know more.
 */
const char *message_word(const char *group, const char *word, bool chinese);

/*
 * Why there is no picture: the word of "portrait.status" or "portrait.reason" as a sentence. The
 * word itself if it is not known.
 */
const char *message_portrait(const char *word, bool chinese);

/* Does the locale of messages want Chinese? */
bool message_chinese(void);

/* All of --help, and what is shown without a command. */
const char *message_help(bool chinese);
const char *message_short_help(bool chinese);

#endif
