/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Refusals: what the server says of its own, besides the errors of the daemon (errors.h).
 * docs/web.md lists the codes.
 */
#ifndef IDCARD_WEB_REFUSAL_H
#define IDCARD_WEB_REFUSAL_H

#include <jansson.h>

/* X(name, code, status, English, Chinese) */
#define REFUSALS(X)                                                                                \
	X(HOST, "host-refused", 403,                                                               \
	  "This service answers only under the names 127.0.0.1, localhost and [::1].",             \
	  "本服务仅通过 127.0.0.1、localhost 或 [::1] 提供。")                                     \
	X(USER, "user-refused", 403,                                                               \
	  "This user may not use the reader. Work at the computer's own screen, or ask the "       \
	  "administrator to be added to the group idcard.",                                        \
	  "当前用户无权使用读卡器。请在本机登录使用,或请管理员将该用户加入 idcard 组。")           \
	X(PENDING, "origin-pending", 403,                                                          \
	  "This site waits for consent: a person at this computer allows it on the operator page " \
	  "of idcard-web, or the administrator in /etc/idcard/origins.d. Then ask again.",         \
	  "该网站等待授权:请操作人员在本机的 idcard-web 页面上允许,或由管理员在 "                  \
	  "/etc/idcard/origins.d 中配置,然后重试。")                                               \
	X(DENIED, "origin-denied", 403,                                                            \
	  "This site was denied, or the page has no origin that could be allowed (a file, a "      \
	  "sandboxed frame): it must come from a web server.",                                     \
	  "该网站已被拒绝,或该页面没有可授权的来源(本地文件、沙盒框架):页面须由网站服务器提供。") \
	X(SITE, "site-refused", 403,                                                               \
	  "A page of another site may not ask for this in this way. Use fetch() or XMLHttpRequest "\
	  "with CORS; entries and origins are for the operator page alone.",                       \
	  "其他网站的页面不得以此方式请求。请通过 CORS 使用 fetch() 或 XMLHttpRequest;"           \
	  "手工录入和授权管理仅限操作页面。")                                                      \
	X(TOO_MANY, "too-many", 429,                                                               \
	  "Too many requests or connections of this site or user at once. Wait a second.",         \
	  "该网站或用户的请求或连接过多。请稍候再试。")                                            \
	X(TOO_LARGE, "too-large", 413,                                                             \
	  "The request is longer than this service accepts.", "请求过长。")                        \
	X(UNSAVED, "not-remembered", 500,                                                          \
	  "The decision counts from now on, but could not be written: it is forgotten when the "   \
	  "service starts anew. Tell the administrator: the disk may be full.",                    \
	  "该决定已生效,但无法保存,服务重新启动后会丢失。请告知管理员:磁盘可能已满。")             \
	X(NOT_FOUND, "not-found", 404,                                                             \
	  "This service knows no such address.", "没有此地址。")                                   \
	X(BAD_REQUEST, "bad-request", 400,                                                         \
	  "The request could not be understood.", "无法识别该请求。")

enum refusal {
#define X(name, code, status, en, zh) REFUSAL_##name,
	REFUSALS(X)
#undef X
};

unsigned int refusal_status(enum refusal refusal);

/* {"class":"ERROR","code","message","message_zh"}. NULL when memory is short. */
json_t *refusal_object(enum refusal refusal);

#endif
