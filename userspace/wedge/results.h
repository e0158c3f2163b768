/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of a card, or of a request: stable words, and sentences for people. The one table of
 * idcard-wedge, of idcardctl and of idcard-wedge(8).
 */
#ifndef IDCARD_WEDGE_RESULTS_H
#define IDCARD_WEDGE_RESULTS_H

#include <stdbool.h>

/* X(name, word, English, Chinese) */
#define WEDGE_RESULTS(X)                                                                           \
	X(TYPED, "typed", "Typed.", "已键入。")                                                    \
	/* who sits there */                                                                       \
	X(NO_SESSION, "no-session",                                                                \
	  "Nobody is logged in at the screen. Log in, and place the card again.",                  \
	  "屏幕前没有登录的用户。请登录后重新放置证件。")                                          \
	X(NOT_USER, "not-a-user",                                                                  \
	  "The screen shows the login or lock screen. Log in, and place the card again.",          \
	  "屏幕处于登录或锁定界面。请登录后重新放置证件。")                                        \
	X(LOCKED, "locked", "The screen is locked. Unlock it, and place the card again.",          \
	  "屏幕已锁定。请解锁后重新放置证件。")                                                    \
	X(NOT_ACTIVE, "not-active", "The session at the screen is beginning or ending. Place the " \
	  "card again when it is there.", "屏幕上的会话正在开始或结束。请待其就绪后重新放置证件。") \
	X(REMOTE, "remote", "The session is a remote one: only the one at the screen is typed "    \
	  "into.", "会话来自远程。只会向本机屏幕上的会话键入。")                                   \
	X(CONSOLE, "console", "The screen shows a text console, where an Enter runs a command. "   \
	  "If it is meant, set \"console = yes\" in /etc/idcard/wedge.conf.",                      \
	  "屏幕处于文本控制台,回车会执行命令。如确有需要,请在 /etc/idcard/wedge.conf 中设置 "      \
	  "\"console = yes\"。")                                                                   \
	X(UNKNOWN_SESSION, "unknown-session", "Whether the screen is locked is not known: "        \
	  "systemd-logind does not answer as expected. Look at: loginctl",                         \
	  "无法得知屏幕是否锁定:systemd-logind 的应答不符合预期。请查看:loginctl")                 \
	X(SESSION_CHANGED, "session-changed", "The screen went to another session while the card " \
	  "was typed. Check what is in the field, and place the card again.",                      \
	  "键入过程中屏幕切换到了其他会话。请检查已输入的内容,并重新放置证件。")                   \
	/* the card */                                                                             \
	X(DOUBT, "doubt", "The card does not check: its number or a field is in doubt. Look at: "  \
	  "idcardctl watch", "证件校验未通过:号码或字段存疑。请查看:idcardctl watch")              \
	X(NOT_WANTED, "not-wanted", "The profile does not want cards or entries of this kind.",    \
	  "当前配置不接受此类证件或录入。")                                                        \
	X(NO_FIELD, "no-field", "The card lacks a field of the template. Write {field?} where it " \
	  "may be missing.", "证件缺少模板中的字段。可缺省的字段请写作 {字段?}。")                 \
	X(CHARACTER, "character", "A field holds a character that no key of the layout types. Use " \
	  "{field:clip}, {field:escape} or {field:unicode}.",                                      \
	  "字段中含有键盘无法输入的字符。请使用 {字段:clip}、{字段:escape} 或 {字段:unicode}。")   \
	X(TOO_LONG, "too-long", "The template makes too many keys of this card.",                  \
	  "该证件按模板生成的按键过多。")                                                          \
	X(BAD_IDENTITY, "bad-identity", "idcardd sent an identity that is not understood. Install " \
	  "the same release of both.", "无法识别 idcardd 发来的证件信息。请安装相同版本。")        \
	/* the typing */                                                                           \
	X(OFF, "off", "The wedge is switched off. Switch it on: idcardctl wedge on",               \
	  "键盘录入已关闭。开启:idcardctl wedge on")                                               \
	X(OLD, "old", "The card waited too long to be typed. Place it again.",                     \
	  "证件等待键入的时间过长。请重新放置证件。")                                              \
	X(BUSY, "busy", "Too many cards wait to be typed. Place it again.",                        \
	  "等待键入的证件过多。请重新放置证件。")                                                  \
	X(CAPS_LOCK, "caps-lock", "Caps Lock is on, and what it does is not known for this "       \
	  "layout. Switch it off, check what is in the field, and place the card again.",          \
	  "大写锁定已开启,该键盘布局下结果不确定。请关闭大写锁定,检查已输入的内容,并重新放置证件。") \
	X(INTERRUPTED, "interrupted", "The typing stood still too long. Check what is in the "     \
	  "field, and place the card again.",                                                      \
	  "键入中断。请检查已输入的内容,并重新放置证件。")                                         \
	X(NO_KEYBOARD, "no-keyboard", "The virtual keyboard failed. Look at: journalctl -u "       \
	  "idcard-wedge", "虚拟键盘出错。请查看:journalctl -u idcard-wedge")                       \
	X(NO_CLIPBOARD, "no-clipboard", "The template needs the clipboard, and its helper is not " \
	  "running in this session: systemctl --user enable --now idcard-wedge-clipboard",         \
	  "模板需要剪贴板,但当前会话中没有运行其辅助程序:"                                         \
	  "systemctl --user enable --now idcard-wedge-clipboard")                                  \
	X(CLIPBOARD_FAILED, "clipboard-failed", "The text could not be put on the clipboard. Look " \
	  "at: journalctl --user -u idcard-wedge-clipboard",                                       \
	  "无法将文本放入剪贴板。请查看:journalctl --user -u idcard-wedge-clipboard")              \
	/* requests */                                                                             \
	X(NO_PROFILE, "no-profile", "There is no such profile. Look at: idcardctl wedge list",     \
	  "没有该配置。请查看:idcardctl wedge list")

enum wedge_result {
#define X(name, word, en, zh) WEDGE_##name,
	WEDGE_RESULTS(X)
#undef X
	_WEDGE_RESULT_MAX,
};

/* "typed" etc. */
const char *wedge_result_word(enum wedge_result r);

const char *wedge_result_text(enum wedge_result r, bool chinese);

/* _WEDGE_RESULT_MAX for a word that is not in the table. */
enum wedge_result wedge_result_from_word(const char *word);

#endif
