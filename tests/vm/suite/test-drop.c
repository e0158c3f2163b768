// SPDX-License-Identifier: GPL-2.0-or-later
/* idcard-drop.service of a user: files of a card in memory, as long as they are wanted. */
#include "suite.h"

#include <unistd.h>

#define AS "runuser -u dropper -- env XDG_RUNTIME_DIR=/run/user/$(id -u dropper) "
#define FOLDER "/run/user/$(id -u dropper)/idcard-drop"

static bool has_manager(void *context)
{
	return shell(AS "systemctl --user is-system-running 2>/dev/null | grep -qE 'running|degraded'")
	       == 0;
}

static bool has_files(void *context)
{
	return shell("test -e " FOLDER "/wz.txt") == 0;
}

static bool has_none(void *context)
{
	return shell("test -z \"$(find " FOLDER " -type f ! -name .idcard-drop)\"") == 0;
}

static void check_files(void)
{
	sim("place resident");
	wait_until(has_files, NULL, 10000, "wz.txt");
	require(shell("test \"$(find " FOLDER " -type f -printf '%%m%%u ' | tr -d ' ')\" = "
		      "600dropper600dropper600dropper") == 0, "other files, or rights");
	require(shell("grep -q 110101190001010014 " FOLDER "/wz.txt") == 0, "not the number");
	require(shell("grep -q '\"id_number\":\"110101190001010014\"' " FOLDER "/identity.json") == 0,
		"not the identity");
	lift();
}

void test_drop(void)
{
	sim_start("split");
	sim("plug");
	ready();
	require(shell("id dropper >/dev/null 2>&1 || useradd -m -G idcard dropper") == 0, "no user");
	require(shell("loginctl enable-linger dropper") == 0, "no session manager for the user");
	wait_until(has_manager, NULL, 30000, "the user's systemd");

	require(shell(AS "systemctl --user start idcard-drop") == 0, "it does not start");
	check_files();
	/* The next card, and one that cannot be read, take the first one's away. */
	sim("fault status command=30.01 arg=41 count=10");
	sim("place foreigner");
	wait_until(has_none, NULL, 20000, "the files to be gone");
	sim("fault clear");
	lift();
	check_files();
	require(shell(AS "systemctl --user stop idcard-drop") == 0, "it does not stop");
	require(shell("! test -e " FOLDER) == 0, "the folder stays");
	shell("loginctl disable-linger dropper");
}
