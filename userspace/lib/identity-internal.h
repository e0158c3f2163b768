/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of identity share. */
#ifndef IDCARD_IDENTITY_INTERNAL_H
#define IDCARD_IDENTITY_INTERNAL_H

#include "identity.h"

static inline void identity_warn(struct identity *identity, enum identity_warning w)
{
	identity->warnings |= UINT32_C(1) << w;
}

#endif
