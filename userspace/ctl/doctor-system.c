// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's module, the user's rights, the services, /dev/idcard. */
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>

#include "access.h"
#include "doctor.h"
#include "util.h"

enum { RUN_MS = 5000 };

extern char **environ;

static int start_program(const char *const *argv, int out, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	int r;

	r = posix_spawn_file_actions_init(&actions);
	if (r != 0)
		return -r;
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	r = posix_spawnp(ret, argv[0], &actions, NULL, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

/* What comes until the end, or the deadline. */
static int read_all(int fd, char *ret, size_t size, uint64_t deadline)
{
	size_t have = 0;
	char rest[256];

	for (;;) {
		uint64_t now = now_usec();
		struct pollfd p = { .fd = fd, .events = POLLIN };
		bool full = have + 1 >= size;
		ssize_t n;

		if (now >= deadline)
			return -ETIMEDOUT;
		if (poll(&p, 1, (int)((deadline - now) / 1000) + 1) <= 0)
			continue;
		n = read(fd, full ? rest : ret + have, full ? sizeof(rest) : size - 1 - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		have += full ? 0 : n;
	}
	ret[have] = '\0';
	return 0;
}

int doctor_run(const char *const *argv, char *ret, size_t size)
{
	int ends[2], r, status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	r = start_program(argv, ends[1], &pid);
	close(ends[1]);
	if (r < 0) {
		close(ends[0]);
		return r;
	}
	r = read_all(ends[0], ret, size, now_usec() + RUN_MS * UINT64_C(1000));
	close(ends[0]);
	/* posix_spawn() has no negative errors: there is a process. */
	/* NOLINTBEGIN(clang-analyzer-core.CallAndMessage) */
	if (r < 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* NOLINTEND(clang-analyzer-core.CallAndMessage) */
	if (r < 0)
		return r;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EPIPE;
}

static bool file_has(const char *path, const char *text)
{
	_cleanup_free_ char *line = NULL;
	FILE *f = fopen(path, "re");
	size_t size = 0;
	bool yes = false;

	while (f && !yes && getline(&line, &size, f) >= 0)
		yes = strstr(line, text);
	if (f)
		fclose(f);
	return yes;
}

/* The last byte of the firmware's variable. */
static bool firmware_is_secure(void)
{
	_cleanup_close_ int fd = open("/sys/firmware/efi/efivars/"
				      "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
				      O_RDONLY | O_CLOEXEC);
	uint8_t value[5];

	return fd >= 0 && read(fd, value, sizeof(value)) == sizeof(value) && value[4] == 1;
}

static void look_at_module(struct doctor_facts *f)
{
	struct utsname u;
	char path[256];

	f->module_loaded = access("/sys/module/idcard", F_OK) == 0;
	f->secure_boot = firmware_is_secure() ||
			 file_has("/sys/kernel/security/lockdown", "[integrity]") ||
			 file_has("/sys/kernel/security/lockdown", "[confidentiality]") ||
			 file_has("/sys/module/module/parameters/sig_enforce", "Y");
	if (uname(&u) < 0)
		return;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", u.release);
	f->module_there = file_has(path, "/idcard.ko");
}

static bool session_has(gid_t group)
{
	gid_t groups[256];
	int n = getgroups(ELEMENTSOF(groups), groups);

	for (int i = 0; i < n; i++)
		if (groups[i] == group)
			return true;
	return getegid() == group;
}

static void look_at_rights(struct doctor_facts *f)
{
	const struct group *group = getgrnam("idcard");

	f->root = geteuid() == 0;
	f->group = group;
	f->at_seat = access_at_seat(geteuid());
	if (!group)
		return;
	f->member = session_has(group->gr_gid);
	f->member_later = !f->member && access_is_member(geteuid(), group->gr_gid);
}

static void look_at_services(struct doctor_facts *f)
{
	const char *argv[_DOCTOR_UNIT_MAX + 5] = {
		"systemctl", "show", "--no-pager",
		"--property=Id,LoadState,ActiveState,UnitFileState",
	};
	char text[4096];

	f->systemd = sd_booted() > 0;
	if (!f->systemd)
		return;
	memcpy(argv + 4, doctor_units, sizeof(doctor_units));
	if (doctor_run(argv, text, sizeof(text)) == 0)
		doctor_take_units(text, f->units);
}

static void look_at_node(struct doctor_facts *f)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	f->cuse = access("/dev/cuse", F_OK) == 0;
	f->node_is_device = stat("/dev/idcard", &st) == 0 && S_ISCHR(st.st_mode);
	fd = open("/dev/idcard", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	f->node = fd < 0 ? -errno : 0;
}

void doctor_look_at_system(struct doctor_facts *f)
{
	look_at_module(f);
	look_at_rights(f);
	look_at_services(f);
	look_at_node(f);
}
