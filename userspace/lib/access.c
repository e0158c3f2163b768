// SPDX-License-Identifier: LGPL-2.1-or-later
#include "access.h"

#include <grp.h>
#include <pwd.h>
#include <systemd/sd-login.h>
#include <unistd.h>

enum { GROUPS_MAX = 1024 };

gid_t access_group(void)
{
	const struct group *g = getgrnam("idcard");

	return g ? g->gr_gid : getgid();
}

bool access_is_member(uid_t uid, gid_t group)
{
	const struct passwd *user = getpwuid(uid);
	gid_t groups[GROUPS_MAX];
	int n = GROUPS_MAX;

	if (uid == 0)
		return true;
	if (!user || getgrouplist(user->pw_name, user->pw_gid, groups, &n) < 0)
		return false;
	while (n--)
		if (groups[n] == group)
			return true;
	return false;
}

bool access_at_seat(uid_t uid)
{
	return sd_uid_get_seats(uid, 1, NULL) > 0;
}
