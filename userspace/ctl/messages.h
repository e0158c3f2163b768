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
	X(NOT_ITS_OPTION, "the command %s has no option --%s (see idcardctl --help)",              \
	  "命令 %s 没有选项 --%s(参见 idcardctl --help)")                                          \
	X(NO_VALUE, "option %s needs a value (see idcardctl --help)",                              \
	  "选项 %s 缺少参数值(参见 idcardctl --help)")                                             \
	X(TOO_MANY_ARGUMENTS, "unexpected argument %s (see idcardctl --help)",                     \
	  "多余的参数 %s(参见 idcardctl --help)")                                                  \
	X(BAD_TIMEOUT, "--timeout takes 0.1 to 3600 seconds, not %s",                              \
	  "--timeout 的取值为 0.1 至 3600 秒,不能是 %s")                                           \
	X(BAD_EXEC_TIMEOUT, "--exec-timeout takes 0.1 to 3600 seconds, not %s",                    \
	  "--exec-timeout 的取值为 0.1 至 3600 秒,不能是 %s")                                      \
	X(BAD_KEEP, "--keep takes 0.1 to 3600 seconds, not %s",                                    \
	  "--keep 的取值为 0.1 至 3600 秒,不能是 %s")                                              \
	X(BAD_FORMAT, "--format takes wz, bmp and json, parted by commas, not %s",                 \
	  "--format 的取值为 wz、bmp、json,用逗号分隔,不能是 %s")                                  \
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
	X(FAILED, "this failed: %s", "操作失败:%s")                                                \
	X(EXEC_AND_JSON, "--exec and --json do not go together: standard output is the command's", \
	  "--exec 与 --json 不能同时使用:标准输出归所运行的命令")                                  \
	X(EXEC_FAILED, "the command cannot be run: %s", "无法运行命令:%s")                         \
	X(EXEC_STATUS, "the command ended with status %s", "命令以状态 %s 结束")                   \
	X(EXEC_SIGNAL, "the command was ended by signal %s", "命令被信号 %s 终止")                 \
	X(EXEC_TIMEOUT, "the command took longer than %s seconds and is ended (--exec-timeout)",   \
	  "命令运行超过 %s 秒,已被终止(--exec-timeout)")                                           \
	X(EXEC_QUEUE,                                                                              \
	  "64 cards wait for the command: this one is not handed on. Place it again later",        \
	  "已有 64 张证件在等待命令处理,这一张未被转交,请稍后重新放置")                            \
	X(DROP_USAGE, "drop takes one folder (see idcardctl --help)",                              \
	  "drop 需要一个文件夹(参见 idcardctl --help)")                                            \
	X(DROP_FAILED, "%s: %s", "%s:%s")                                                          \
	X(DROP_NOT_YOURS, "the folder %s belongs to somebody else: name one of your own",          \
	  "文件夹 %s 属于其他用户:请使用自己的文件夹")                                             \
	X(DROP_OPEN_TO_OTHERS,                                                                     \
	  "others may write into %s: name another folder, or run: chmod go-w %s",                  \
	  "其他用户可以写入 %s:请换一个文件夹,或运行:chmod go-w %s")                               \
	X(DROP_FOREIGN,                                                                            \
	  "in %s there is already a file %s that is not from here: move it away, or name an "      \
	  "empty folder", "%s 中已有不是由本命令生成的文件 %s:请将其移走,或使用空文件夹")          \
	X(DROP_TAKEN, "another idcardctl drop uses %s: end that one, or name another folder",      \
	  "另一个 idcardctl drop 正在使用 %s:请先结束它,或换一个文件夹")                           \
	X(DROP_NO_PICTURE, "there is no zp.bmp: %s", "没有 zp.bmp:%s")                             \
	X(DROP_WRITTEN, "The files of the card are in %s, for %s seconds.",                        \
	  "证件文件已写入 %s,保留 %s 秒。")                                                        \
	X(DROP_NOT_WIPED, "files of a person stay in %s: %s. Remove them by hand",                 \
	  "%s 中的证件文件未能清除:%s。请手工删除")                                                \
	X(COMPAT_USAGE, "compat takes: list, link FOLDER [NAME...], unlink FOLDER [NAME...]",      \
	  "compat 的用法:list、link 文件夹 [名称…]、unlink 文件夹 [名称…]")                        \
	X(COMPAT_UNKNOWN, "there is no library %s; the names are told by: idcardctl compat list",  \
	  "没有名为 %s 的库;可用的名称见:idcardctl compat list")                                   \
	X(COMPAT_TWICE,                                                                            \
	  "%s and %s would have the same name beside the program: choose one of them",             \
	  "%s 与 %s 在程序目录中同名:请只选一个")                                                  \
	X(COMPAT_BAD_FROM,                                                                         \
	  "the folder of --from must be called idcard-compat: by this a link is known as ours",    \
	  "--from 的文件夹必须名为 idcard-compat:据此才能识别本程序的链接")                        \
	X(COMPAT_SYSTEM,                                                                           \
	  "%s is a folder of the system: every program would load what is put there. Name the "    \
	  "folder of your program",                                                                \
	  "%s 是系统文件夹,放入其中的库会被所有程序加载。请使用应用程序自己的文件夹")              \
	X(COMPAT_NOT_INSTALLED, "%s is missing: install idcard again",                             \
	  "缺少 %s:请重新安装 idcard")                                                             \
	X(COMPAT_FOREIGN,                                                                          \
	  "%s is not a link of ours, and is not replaced. To use ours in its place: mv %s "        \
	  "%s.vendor, then once more",                                                             \
	  "%s 不是本程序的链接,不会替换。如要改用本程序的库:mv %s %s.vendor,然后重试")             \
	X(COMPAT_NOTHING_DONE, "nothing was changed", "未作任何更改")                              \
	X(COMPAT_FAILED, "%s: %s", "%s:%s")                                                        \
	X(COMPAT_LINKED, "%s -> %s", "%s -> %s")                                                   \
	X(COMPAT_WOULD_LINK, "would link %s -> %s", "将建立链接 %s -> %s")                         \
	X(COMPAT_THERE, "%s -> %s is there already", "%s -> %s 已存在")                            \
	X(COMPAT_REMOVED, "removed %s", "已删除 %s")                                               \
	X(COMPAT_WOULD_REMOVE, "would remove %s", "将删除 %s")                                     \
	X(COMPAT_LEFT, "%s is not a link of ours and stays", "%s 不是本程序的链接,予以保留")       \
	X(COMPAT_NO_LINKS, "There are no links of ours in %s.", "%s 中没有本程序的链接。")         \
	X(COMPAT_MISSING, " (missing: install idcard again)", "(缺少:请重新安装 idcard)")          \
	X(COMPAT_ON_REQUEST, " (as libtermb.so, only if named)",                                   \
	  "(链接名为 libtermb.so,仅在指定时建立)")                                                 \
	X(COMPAT_OTHER_PROGRAM, "caution: %s is %s and cannot load these libraries",               \
	  "注意:%s 是%s,无法加载这些库")                                                           \
	X(PLACE_ANY_CARD, "Place any card on the reader. Nothing of it is shown or kept.",         \
	  "请将任意一张证件放在读卡器上。证件内容不会显示,也不会保留。")                           \
	X(DOCTOR_NEXT, "next:", "下一步:")                                                         \
	X(DOCTOR_WELL, "All is well.", "一切正常。")                                               \
	X(DOCTOR_WARNED, "It works. Worth a look: %s.", "可以使用。建议查看:%s。")                 \
	X(DOCTOR_ILL, "Begin with: %s.", "请先处理:%s。")                                          \
	X(WEDGE_USAGE, "wedge takes: status, on, off, profile NAME, list, test",                   \
	  "wedge 的用法:status、on、off、profile 名称、list、test")                                \
	X(WEDGE_NOT_RUNNING, "idcard-wedge does not run: systemctl enable --now idcard-wedge",     \
	  "idcard-wedge 没有运行:systemctl enable --now idcard-wedge")                             \
	X(WEDGE_DENIED, "you may not use idcard-wedge: work at the computer's own screen, or ask " \
	  "the administrator to add you to the group idcard",                                      \
	  "您无权使用 idcard-wedge:请在本机登录使用,或请管理员将您加入 idcard 组")                 \
	X(WEDGE_NO_ANSWER, "idcard-wedge does not answer; look at: journalctl -u idcard-wedge",    \
	  "idcard-wedge 没有响应;请查看:journalctl -u idcard-wedge")                               \
	X(WEDGE_ON, "The wedge is on. Profile: %s.", "键盘录入已开启。配置:%s。")                  \
	X(WEDGE_OFF, "The wedge is off. Profile: %s.", "键盘录入已关闭。配置:%s。")                \
	X(WEDGE_NO_KEYBOARD, "Its keyboard is not ready yet.", "虚拟键盘尚未就绪。")               \
	X(WEDGE_NO_GROUP, "idcardd does not let it in: the user idcard-wedge is not in the group " \
	  "idcard.", "idcardd 拒绝其连接:用户 idcard-wedge 不在 idcard 组中。")                    \
	X(WEDGE_COUNTS, "Typed: %s, not typed: %s, waiting: %s.",                                  \
	  "已键入:%s,未键入:%s,等待:%s。")                                                         \
	X(WEDGE_LAST, "The last card, %s s ago: %s", "上一张证件(%s 秒前):%s")                     \
	X(WEDGE_GO_THERE, "Click into the field: in 5 seconds an invented person is typed.",       \
	  "请点击输入框:5 秒后将键入一个虚构人员的信息。")                                         \
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

/* help.c: all of --help, and what is shown without a command. */
const char *message_help(bool chinese);
const char *message_short_help(bool chinese);

#endif
