/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Errors that people and programs see: a stable code, and a sentence that says what
 * happened and what to do next. The one table; the daemon, the clients and the
 * documentation take them from here.
 */
#ifndef IDCARD_ERRORS_H
#define IDCARD_ERRORS_H

#include <errno.h>
#include <stdbool.h>

/* X(name, code, errno, English, Chinese) */
#define IDCARD_ERRORS(X)                                                                           \
	/* the card */                                                                             \
	X(CARD_REMOVED, "card-removed", EIO,                                                       \
	  "The card was lifted while it was being read. Place it again and leave it until the "    \
	  "name appears.",                                                                         \
	  "读卡过程中证件被拿开。请重新放置证件,待姓名显示后再拿起。")                             \
	X(CARD_UNREADABLE, "card-unreadable", EIO,                                                 \
	  "The card could not be read. Lift it, place it flat in the middle of the reader, away "  \
	  "from other cards and metal.",                                                           \
	  "无法读取证件。请拿起证件,平放在读卡器中央,并远离其他卡片和金属物。")                    \
	X(CARD_REFUSED, "card-refused", EACCES,                                                    \
	  "Reader and card did not accept each other. Place the card again; if every card is "     \
	  "refused, the reader needs service.",                                                    \
	  "读卡器与证件互认失败。请重新放置证件;如果所有证件都失败,请联系读卡器售后。")            \
	X(CARD_NOT_GENUINE, "card-not-genuine", EACCES,                                            \
	  "The reader could not verify this card: it is damaged, of another kind, or forged. "     \
	  "Check the card by eye.",                                                                \
	  "读卡器无法验证该证件:可能已损坏、类型不符或系伪造。请人工核对证件。")                   \
	X(CARD_CONTENT, "card-content", EBADMSG,                                                   \
	  "The content of the card failed verification in the reader. Check the card by eye.",     \
	  "证件内容未通过读卡器校验。请人工核对证件。")                                            \
	X(CARD_NOT_ID, "card-not-id", EPROTOTYPE,                                                  \
	  "This is not an ID card that the reader knows. Place a resident identity card, a "       \
	  "permanent residence card or a residence permit.",                                       \
	  "读卡器不识别该卡。请放置居民身份证、外国人永久居留身份证或港澳台居民居住证。")          \
	/* the reader */                                                                           \
	X(READER_SILENT, "reader-silent", ETIMEDOUT,                                               \
	  "The reader does not answer. Unplug it, wait two seconds and plug it in again.",         \
	  "读卡器没有响应。请拔下读卡器,等待两秒后重新插入。")                                     \
	X(READER_GARBLED, "reader-garbled", EBADMSG,                                               \
	  "The reader sends damaged data. Try another cable or USB socket.",                       \
	  "读卡器传来的数据已损坏。请更换数据线或 USB 接口。")                                     \
	X(READER_DEAD, "reader-dead", EIO,                                                         \
	  "The security module of the reader failed its self-test. Unplug the reader and plug it " \
	  "in again; if that does not help, it needs service.",                                    \
	  "读卡器安全模块自检失败。请重新插拔读卡器;如仍失败,请联系读卡器售后。")                  \
	X(READER_UNAUTHORISED, "reader-unauthorised", EACCES,                                      \
	  "The security module of the reader is not authorised. Only its maker can change that.",  \
	  "读卡器安全模块未经授权,请联系读卡器厂家。")                                             \
	X(READER_FAULT, "reader-fault", EIO,                                                       \
	  "The reader reports a fault. Unplug it and plug it in again.",                           \
	  "读卡器报告故障。请重新插拔读卡器。")                                                    \
	X(READER_BUSY, "reader-busy", EBUSY,                                                       \
	  "Another program or driver holds the reader. Close that program.",                       \
	  "读卡器被其他程序或驱动占用。请关闭该程序。")                                            \
	X(READER_DENIED, "reader-denied", EACCES,                                                  \
	  "The daemon may not open the reader. Install the udev rules and plug the reader in "     \
	  "again.",                                                                                \
	  "守护进程无权打开读卡器。请安装 udev 规则后重新插入读卡器。")                            \
	X(READER_UNKNOWN, "reader-unknown", EOPNOTSUPP,                                            \
	  "The reader speaks none of the known protocols.",                                        \
	  "读卡器使用的协议不受支持。")                                                            \
	X(READER_GONE, "reader-gone", ENODEV,                                                      \
	  "The reader was unplugged. Plug it in and place the card again.",                        \
	  "读卡器已拔出。请插入读卡器后重新放置证件。")                                            \
	X(NO_READER, "no-reader", ENODEV,                                                          \
	  "No reader is connected. Plug one in.",                                                  \
	  "没有连接读卡器。请插入读卡器。")                                                        \
	X(TIMED_OUT, "timed-out", ETIMEDOUT,                                                       \
	  "No card was placed in time. Lift one that lies there and place it again.",              \
	  "超时:未放置证件。如证件已在读卡器上,请拿起后重新放置。")                                \
	/* an entry by hand */                                                                     \
	X(ENTRY_UNKNOWN, "entry-unknown", EINVAL,                                                  \
	  "This is neither an ID number, nor a passport number with its check digit, nor the "     \
	  "machine-readable lines of a passport.",                                                 \
	  "输入内容既不是证件号码,也不是带校验位的护照号码或护照机读码。")                         \
	X(ENTRY_CHECKSUM, "entry-checksum", EINVAL,                                                \
	  "The check digit does not fit: at least one character is mistyped.",                     \
	  "校验位不符:至少有一个字符输入有误。")                                                   \
	X(ENTRY_DATE, "entry-date", EINVAL,                                                        \
	  "The number holds a date that does not exist or lies in the future.",                    \
	  "号码中的日期不存在或晚于今天。")                                                        \
	X(ENTRY_REGION, "entry-region", EINVAL,                                                    \
	  "The number begins with a region that does not exist.",                                  \
	  "号码开头的地区代码不存在。")                                                            \
	/* talking to the daemon */                                                                \
	X(BAD_REQUEST, "bad-request", EPROTO,                                                      \
	  "The request could not be understood.", "无法识别该请求。")                              \
	X(UNKNOWN_CLASS, "unknown-class", EOPNOTSUPP,                                              \
	  "The daemon does not know this class of request.", "守护进程不支持该类请求。")           \
	X(TOO_LARGE, "too-large", EMSGSIZE,                                                        \
	  "The request is longer than the daemon accepts.", "请求过长。")                          \
	X(PERMISSION_DENIED, "permission-denied", EACCES,                                          \
	  "You may not use the reader. Work at the computer's own screen, or ask the "             \
	  "administrator to add you to the group idcard.",                                         \
	  "您无权使用读卡器。请在本机登录使用,或请管理员将您加入 idcard 组。")                     \
	X(TOO_MANY, "too-many", EUSERS,                                                            \
	  "Too many connections or requests of this user. Close some programs.",                   \
	  "该用户的连接或请求过多。请关闭部分程序。")                                              \
	X(NO_DAEMON, "no-daemon", ECONNREFUSED,                                                    \
	  "The daemon idcardd does not answer. Look at: systemctl status idcardd",                 \
	  "守护进程 idcardd 没有响应。请查看:systemctl status idcardd")

enum idcard_error {
	IDCARD_ERROR_NONE,
#define X(name, code, error, en, zh) IDCARD_ERROR_##name,
	IDCARD_ERRORS(X)
#undef X
	_IDCARD_ERROR_MAX,
};

/* "card-removed" etc.; NULL for NONE and for what is no error of the table. */
const char *idcard_error_code(enum idcard_error e);

/* The sentence, Chinese if @chinese. */
const char *idcard_error_text(enum idcard_error e, bool chinese);

/* Its nearest errno, positive; 0 for NONE. */
int idcard_error_errno(enum idcard_error e);

/* NONE if @code is not in the table: a newer daemon may know more. */
enum idcard_error idcard_error_from_code(const char *code);

#endif
