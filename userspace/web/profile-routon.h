/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 精伦 Routon: what its HTTP service and its WebSocket have in common. */
#ifndef IDCARD_WEB_PROFILE_ROUTON_H
#define IDCARD_WEB_PROFILE_ROUTON_H

#include "profile-internal.h"

/* The members of a reply, as text behind "{" and what stands before them. */
void routon_failure(struct profile_text *t, enum idcard_error error);
void routon_unsupported(struct profile_text *t);
void routon_card(struct profile_text *t, const struct profile_outcome *outcome, bool picture,
		 bool card_images);
void routon_status(struct profile_text *t, const struct profile_outcome *outcome);

#endif
