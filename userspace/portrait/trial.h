/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trial: --test, the configuration tried out for the person who wrote it. */
#ifndef IDCARD_PORTRAIT_TRIAL_H
#define IDCARD_PORTRAIT_TRIAL_H

/*
 * Decodes the block in the file @block, or an invented one if NULL, and says what happened. The
 * exit status: 0 with a picture.
 */
int trial(const char *config, const char *block);

#endif
