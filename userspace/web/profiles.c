// SPDX-License-Identifier: GPL-2.0-or-later
#include "profile-internal.h"

const struct profile *const profiles[] = {
	&profile_huashi,
	&profile_routon_http,
	&profile_routon_ws,
	&profile_synjones,
	&profile_zkteco,
	&profile_donsee,
	&profile_camera,
	NULL,
};
