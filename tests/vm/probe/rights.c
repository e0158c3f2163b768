// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* Beyond the check of rights. */
static int past(int error, int fine)
{
	return error == fine ? 0 : error;
}

static int mount_tmpfs(const struct probe *p)
{
	int error = TRY(mount("tmpfs", "/mnt", "tmpfs", 0, NULL));

	if (!error)
		umount("/mnt");
	return error;
}

static int remount(const struct probe *p)
{
	int error = TRY(mount("/", "/mnt", NULL, MS_BIND, NULL));

	if (!error)
		umount("/mnt");
	return error;
}

static int new_mount(const struct probe *p)
{
	return TRY(syscall(SYS_fsopen, "tmpfs", 0));
}

static int change_root(const struct probe *p)
{
	return TRY(chroot("/"));
}

static int load_bpf(const struct probe *p)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4,
				.max_entries = 1 };

	return TRY(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)));
}

static int watch_performance(const struct probe *p)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
					.config = PERF_COUNT_SW_CPU_CLOCK };

	return TRY(syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0));
}

static int add_key(const struct probe *p)
{
	return TRY(syscall(SYS_add_key, "user", "idcard-probe", "x", 1, -3 /* of the session */));
}

static int join_keys(const struct probe *p)
{
	return TRY(syscall(SYS_keyctl, 1 /* join a session */, "idcard-probe"));
}

static int fault_handler(const struct probe *p)
{
	return TRY(syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* user mode only */));
}

static int ring(const struct probe *p)
{
	char parameters[120] = "";

	return TRY(syscall(SYS_io_uring_setup, 1, parameters));
}

static int load_module(const struct probe *p)
{
	return past(TRY(syscall(SYS_init_module, "no module", 9, "")), ENOEXEC);
}

static int load_module_file(const struct probe *p)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	return past(TRY(syscall(SYS_finit_module, fd, "", 0)), EINVAL);
}

static int unload_module(const struct probe *p)
{
	return past(TRY(syscall(SYS_delete_module, "idcard_probe_none", O_NONBLOCK)), ENOENT);
}

static int load_kernel(const struct probe *p)
{
	return TRY(syscall(SYS_kexec_load, 0, 0, NULL, 0));
}

/* As the service manager has set it. */
static int restart(const struct probe *p)
{
	return TRY(syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			   LINUX_REBOOT_CMD_CAD_OFF, NULL));
}

static int set_name(const struct probe *p)
{
	char name[256];

	return gethostname(name, sizeof(name)) < 0 ? errno : TRY(sethostname(name, strlen(name)));
}

static int set_domain(const struct probe *p)
{
	char name[256];

	if (getdomainname(name, sizeof(name)) < 0)
		return errno;
	return TRY(setdomainname(name, strlen(name)));
}

static int set_time(const struct probe *p)
{
	struct timeval now;

	return gettimeofday(&now, NULL) < 0 ? errno : TRY(settimeofday(&now, NULL));
}

static int set_clock(const struct probe *p)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return errno;
	return TRY(clock_settime(CLOCK_REALTIME, &now));
}

static int adjust_time(const struct probe *p)
{
	struct timex t = {};

	if (adjtimex(&t) < 0)
		return errno;
	t.modes = ADJ_STATUS;
	return TRY(adjtimex(&t));
}

static int swap(const struct probe *p)
{
	return past(TRY(swapon("/none", 0)), ENOENT);
}

static int kernel_log(const struct probe *p)
{
	char text[16];

	return TRY(klogctl(3, text, sizeof(text)));
}

static int account(const struct probe *p)
{
	return past(TRY(acct("/none")), ENOENT);
}

/* Of x86 alone. */
#ifdef SYS_iopl
static int ports(const struct probe *p)
{
	return TRY(syscall(SYS_ioperm, 0x80, 1, 1));
}

static int all_ports(const struct probe *p)
{
	return TRY(syscall(SYS_iopl, 3));
}
#endif

static int become_root(const struct probe *p)
{
	return TRY(setuid(0));
}

static int become_root_group(const struct probe *p)
{
	return TRY(setgid(0));
}

static int become_another(const struct probe *p)
{
	return TRY(setuid(65534));
}

static int join_groups(const struct probe *p)
{
	gid_t groups[] = { 0, 6 };

	return TRY(setgroups(2, groups));
}

/* All that there are, for good. */
static int raise_capabilities(const struct probe *p)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	memset(data, 0, sizeof(data));
	data[0].effective = data[0].permitted = 1U << CAP_SYS_ADMIN | 1U << CAP_DAC_OVERRIDE;
	return TRY(syscall(SYS_capset, &head, data));
}

static int open_by_handle(const struct probe *p)
{
	struct {
		struct file_handle head;
		char bytes[128];
	} h = { .head = { .handle_bytes = 128 } };
	int id, fd = open("/", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || name_to_handle_at(fd, "", &h.head, &id, AT_EMPTY_PATH) < 0)
		return errno;
	return TRY(open_by_handle_at(fd, &h.head, O_RDONLY));
}

const struct attempt attempts_rights[] = {
	{ "mount", mount_tmpfs },	{ "bind-mount", remount },	{ "fsopen", new_mount },
	{ "chroot", change_root },	{ "bpf", load_bpf },		{ "perf", watch_performance },
	{ "add-key", add_key },		{ "join-keys", join_keys },	{ "userfaultfd", fault_handler },
	{ "io-uring", ring },		{ "init-module", load_module },	{ "finit-module", load_module_file },
	{ "delete-module", unload_module }, { "kexec", load_kernel },	{ "reboot", restart },
	{ "hostname", set_name },	{ "domainname", set_domain },	{ "settimeofday", set_time },
	{ "clock-settime", set_clock },	{ "adjtimex", adjust_time },	{ "swapon", swap },
	{ "kernel-log", kernel_log },	{ "acct", account },
#ifdef SYS_iopl
	{ "ioperm", ports },		{ "iopl", all_ports },
#endif
	{ "setuid-root", become_root },	{ "setgid-root", become_root_group },
	{ "setuid-another", become_another }, { "setgroups", join_groups },
	{ "capset", raise_capabilities }, { "open-by-handle", open_by_handle },
	END_OF_ATTEMPTS
};
