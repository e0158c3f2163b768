// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_in(const char *folder)
{
	char path[256];
	int fd, error;

	snprintf(path, sizeof(path), "%s/idcard-probe-%d", folder, (int)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	error = TRY(fd);
	if (fd >= 0)
		close(fd);
	unlink(path);
	return error;
}

const char *probe_folder(void)
{
	static const char *const folders[] = { "/tmp", "/var/tmp", "/dev/shm", "/run/idcard-wedge",
					       "/var/lib/idcard-web" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (write_in(folders[i]) == 0)
			return folders[i];
	return NULL;
}

#define WRITE(name, folder)                                                                        \
	static int name(const struct probe *p)                                                     \
	{                                                                                          \
		return write_in(folder);                                                           \
	}
#define READ(name, path)                                                                           \
	static int name(const struct probe *p)                                                     \
	{                                                                                          \
		return read_from(path);                                                            \
	}
#define CHANGE(name, path)                                                                         \
	static int name(const struct probe *p)                                                     \
	{                                                                                          \
		return TRY(open(path, O_WRONLY | O_CLOEXEC));                                      \
	}

static int read_from(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char byte;

	return fd < 0 ? errno : TRY(read(fd, &byte, 1));
}

WRITE(write_etc, "/etc")
WRITE(write_etc_idcard, "/etc/idcard")
WRITE(write_usr, "/usr")
WRITE(write_var, "/var/lib")
WRITE(write_log, "/var/log")
WRITE(write_home, PROBE_HOME)
WRITE(write_root, "/root")
WRITE(write_run, "/run")
WRITE(write_run_idcard, "/run/idcard")
WRITE(write_opt, "/opt")
WRITE(write_mnt, "/mnt")
WRITE(write_dev, "/dev")
WRITE(write_shm, "/dev/shm")
WRITE(write_tmp, "/tmp")
WRITE(write_var_tmp, "/var/tmp")
WRITE(write_state, "/var/lib/idcard-web")
WRITE(write_cgroup, "/sys/fs/cgroup")
READ(read_shadow, "/etc/shadow")
READ(read_home, PROBE_HOME PROBE_SECRET)
READ(read_root, "/root" PROBE_SECRET)
READ(read_init, "/proc/1/environ")
READ(read_kcore, "/proc/kcore")
READ(read_kmsg, "/proc/kmsg")
READ(read_cpuinfo, "/proc/cpuinfo")
READ(read_keys, "/proc/keys")
READ(read_slab, "/proc/slabinfo")
CHANGE(change_sysctl, "/proc/sys/vm/swappiness")
CHANGE(change_core_pattern, "/proc/sys/kernel/core_pattern")
CHANGE(change_sysrq, "/proc/sysrq-trigger")
CHANGE(change_sysfs, "/sys/kernel/uevent_seqnum")
CHANGE(change_power, "/sys/power/state")
CHANGE(change_cgroup, "/sys/fs/cgroup/cgroup.procs")
CHANGE(change_passwd, "/etc/passwd")

static int read_debugfs(const struct probe *p)
{
	DIR *folder = opendir("/sys/kernel/debug");
	const struct dirent *entry;

	if (!folder)
		return errno;
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			return 0;
	return ENOENT;
}

static int of_victim(const struct probe *p, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)p->victim, name);
	return read_from(path);
}

static int read_environ(const struct probe *p)
{
	return of_victim(p, "environ");
}

static int read_cmdline(const struct probe *p)
{
	return of_victim(p, "cmdline");
}

static int read_maps(const struct probe *p)
{
	return of_victim(p, "maps");
}

static int read_journal(const struct probe *p)
{
	glob_t found;

	if (glob("/run/log/journal/*/*.journal", 0, NULL, &found) != 0 &&
	    glob("/var/log/journal/*/*.journal", 0, NULL, &found) != 0)
		return EACCES;
	return read_from(found.gl_pathv[0]);
}

static int set_mode(mode_t mode)
{
	const char *folder = probe_folder();
	char path[256];
	int fd, error;

	if (!folder)
		return EROFS;
	snprintf(path, sizeof(path), "%s/idcard-probe-mode", folder);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	error = fd < 0 ? errno : TRY(fchmod(fd, mode));
	unlink(path);
	return error;
}

static int setuid_file(const struct probe *p)
{
	return set_mode(S_ISUID | 0755);
}

static int setgid_file(const struct probe *p)
{
	return set_mode(S_ISGID | 0755);
}

static int give_away(const struct probe *p)
{
	const char *folder = probe_folder();
	char path[256];
	int fd, error;

	if (!folder)
		return EROFS;
	snprintf(path, sizeof(path), "%s/idcard-probe-gift", folder);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	error = fd < 0 ? errno : TRY(fchown(fd, 65534, 65534));
	unlink(path);
	return error;
}

const struct attempt attempts_files[] = {
	{ "write-etc", write_etc },	{ "write-etc-idcard", write_etc_idcard }, { "write-usr", write_usr },
	{ "write-var", write_var },	{ "write-log", write_log },	{ "write-home", write_home },
	{ "write-root", write_root },	{ "write-run", write_run },	{ "write-run-idcard", write_run_idcard },
	{ "write-opt", write_opt },	{ "write-mnt", write_mnt },	{ "write-dev", write_dev },
	{ "write-shm", write_shm },	{ "write-tmp", write_tmp },	{ "write-var-tmp", write_var_tmp },
	{ "write-state", write_state },	{ "write-cgroup", write_cgroup }, { "read-shadow", read_shadow },
	{ "read-home", read_home },	{ "read-root", read_root },	{ "read-init", read_init },
	{ "read-kcore", read_kcore },	{ "read-kmsg", read_kmsg },	{ "read-cpuinfo", read_cpuinfo },
	{ "read-keys", read_keys },	{ "read-slab", read_slab },	{ "read-debugfs", read_debugfs },
	{ "read-environ", read_environ }, { "read-cmdline", read_cmdline }, { "read-maps", read_maps },
	{ "read-journal", read_journal }, { "change-sysctl", change_sysctl },
	{ "change-core-pattern", change_core_pattern }, { "change-sysrq", change_sysrq },
	{ "change-sysfs", change_sysfs }, { "change-power", change_power },
	{ "change-cgroup", change_cgroup }, { "change-passwd", change_passwd },
	{ "setuid-file", setuid_file },	{ "setgid-file", setgid_file },	{ "give-away", give_away },
	END_OF_ATTEMPTS
};
