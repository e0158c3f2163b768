// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel around the tests: nodes, the module, what is left behind. */
#include "life.h"

#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>

bool node_there(const void *node)
{
	return access(node, F_OK) == 0;
}

bool node_gone(const void *node)
{
	return access(node, F_OK) < 0;
}

int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		r = -errno;
	close(fd);
	return r;
}

void interface_of(const char *node, char *out, size_t size)
{
	char link[PATH_MAX], path[PATH_MAX];

	snprintf(link, sizeof(link), "/sys/class/idcardraw/%s/device", strrchr(node, '/') + 1);
	check(realpath(link, path));
	snprintf(out, size, "%s", basename(path));
}

int usbfs_open(const struct idcard_raw_info *info)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/bus/usb/%03u/%03u", info->busnum, info->devnum);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	check(fd >= 0);
	return fd;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, "idcard", O_NONBLOCK) ? -errno : 0;
}

void module_load(void)
{
	check(system("modprobe idcard") == 0);
}

unsigned int module_users(void)
{
	unsigned int n = 0;
	FILE *f = fopen("/sys/module/idcard/refcnt", "re");

	check(f && fscanf(f, "%u", &n) == 1);
	fclose(f);
	return n;
}

/* Entries of @folder whose names begin with @start. */
static unsigned int entries(const char *folder, const char *start)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	unsigned int n = 0;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.' && !strncmp(e->d_name, start, strlen(start)))
			n++;
	if (d)
		closedir(d);
	return n;
}

/* The number of the region idcardraw, or 0. */
static unsigned int region_major(void)
{
	unsigned int number, major = 0;
	char line[128], name[64];
	FILE *f = fopen("/proc/devices", "re");

	check(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %63s", &number, name) == 2 && !strcmp(name, "idcardraw"))
			major = number;
	fclose(f);
	return major;
}

static char task_state(const char *pid, const char *tid, char *name, size_t size)
{
	char path[128], line[512], *end;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/task/%.20s/stat", pid, tid);
	f = fopen(path, "re");
	line[0] = 0;
	if (f && !fgets(line, sizeof(line), f))
		line[0] = 0;
	if (f)
		fclose(f);
	end = strrchr(line, ')');
	snprintf(name, size, "%.*s", end ? (int)(end - line + 1) : 0, line);
	return end ? end[2] : 0;
}

/* Some task that cannot be woken, or 0. */
static bool sleeps_deeply(char *name, size_t size)
{
	DIR *processes = opendir("/proc");
	struct dirent *p, *t;
	bool found = false;

	while (!found && (p = readdir(processes))) {
		char path[64];
		DIR *tasks;

		snprintf(path, sizeof(path), "/proc/%.20s/task", p->d_name);
		tasks = p->d_name[0] >= '1' && p->d_name[0] <= '9' ? opendir(path) : NULL;
		while (!found && tasks && (t = readdir(tasks)))
			found = task_state(p->d_name, t->d_name, name, size) == 'D';
		if (tasks)
			closedir(tasks);
	}
	closedir(processes);
	return found;
}

static bool nobody_sleeps_deeply(const void *context)
{
	char name[128];

	return !sleeps_deeply(name, sizeof(name));
}

static void check_no_deep_sleep(void)
{
	char name[128] = "";

	if (!wait_for(nobody_sleeps_deeply, NULL, 5000) && sleeps_deeply(name, sizeof(name)))
		printf("#   in state D: %s\n", name);
	check(wait_for(nobody_sleeps_deeply, NULL, 10));
}

static bool no_users(const void *context)
{
	return module_users() == 0;
}

static bool class_empty(const void *context)
{
	return entries("/sys/class/idcardraw", "") == 0;
}

static void check_no_device(void)
{
	char start[16];

	check(wait_for(class_empty, NULL, 5000));
	check(entries("/dev", "idcardraw") == 0);
	check(region_major());
	snprintf(start, sizeof(start), "%u:", region_major());
	check(entries("/sys/dev/char", start) == 0);
	check(wait_for(no_users, NULL, 2000));
}

void check_nothing_left(void)
{
	if (strstr(sim("status"), "plugged=yes"))
		sim("unplug");
	raw_note(NULL, 0, NULL);
	check_no_device();
	check_no_deep_sleep();
	check(module_unload() == 0);
	check(!region_major());
	check(access("/sys/class/idcardraw", F_OK) < 0);
	check(access("/sys/bus/usb/drivers/idcard", F_OK) < 0);
	module_load();
	check(region_major());
}

/* The kernel's own search for memory that nothing points to; two scans, as one may be too early. */
void life_leaks(struct raw *w)
{
	static const char file[] = "/sys/kernel/debug/kmemleak";
	char line[256];
	bool found = false;
	FILE *f;

	life_sim("split");
	if (access(file, F_OK) < 0)
		skip("this kernel has no kmemleak");
	check(put(file, "scan") == 0);
	poll(NULL, 0, 6000);
	check(put(file, "scan") == 0);
	f = fopen(file, "re");
	check(f);
	while (fgets(line, sizeof(line), f)) {
		printf("#   kmemleak: %s", line);
		found = found || strstr(line, "[idcard");
	}
	fclose(f);
	check(!found);
}
