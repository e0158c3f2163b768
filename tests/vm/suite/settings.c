// SPDX-License-Identifier: GPL-2.0-or-later
/* What an administrator writes, laid down for one test. */
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Before the product's own rules. */
#define RULES "/etc/udev/rules.d/60-idcard-suite.rules"
#define CONFIGURATION "/etc/idcard/idcardd.conf"
#define PORTRAITS "/etc/idcard/portrait.conf"

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");
	bool good = f && fputs(text, f) >= 0;

	if (f && fclose(f))
		good = false;
	require(good && chmod(path, 0644) == 0, "%s: %s", path, strerror(errno));
}

void set_udev_rule(const char *rule)
{
	mkdir("/etc/udev/rules.d", 0755);
	put(RULES, rule);
	require(shell("udevadm control --reload") == 0, "udev does not read its rules");
}

void set_daemon_configuration(const char *text)
{
	mkdir("/etc/idcard", 0755);
	put(CONFIGURATION, text);
}

/* Read anew for each picture. */
void set_portrait_configuration(const char *text)
{
	mkdir("/etc/idcard", 0755);
	put(PORTRAITS, text);
	require(shell("chown root:idcard " PORTRAITS " && chmod 0640 " PORTRAITS) == 0,
		PORTRAITS ": no rights");
}

void settings_clear(void)
{
	unlink(PORTRAITS);
	if (unlink(RULES) == 0)
		shell("udevadm control --reload");
	/* The daemon has read it at its start. */
	if (unlink(CONFIGURATION) == 0)
		services_stop();
}
