/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Log lines to standard error, with the level in front as the journal reads it. Never a
 * name, a number, an address or bytes of a card: devices, states and codes only.
 */
#ifndef IDCARD_LOG_H
#define IDCARD_LOG_H

#include <syslog.h>

/* Lines above @level are left out. The default is LOG_INFO. */
void log_set_level(int level);

/* LOG_DEBUG for "debug" etc.; -EINVAL for another word. */
int log_level_from_string(const char *word);

void log_line(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with the text of the negative errno @error behind it. Returns @error. */
int log_errno(int level, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
