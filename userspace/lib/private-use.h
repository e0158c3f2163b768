/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Private-use characters of GBK and GB 18030, and what Unicode calls them today. docs/protocol.md,
 * "Private-use characters".
 */
#ifndef IDCARD_PRIVATE_USE_H
#define IDCARD_PRIVATE_USE_H

#include <stdint.h>

/* The standard character for @c of U+E000 to U+F8FF; 0 if there is none. */
uint32_t private_use_map(uint32_t c);

#endif
