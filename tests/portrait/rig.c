// SPDX-License-Identifier: GPL-2.0-or-later
#include "rig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "picture.h"

char rig_libraries[PATH_MAX], rig_folder[PATH_MAX];
static char program[PATH_MAX];
const char *const *rig_denied;

const uint8_t rig_block[PORTRAIT_BLOCK_SIZE] = { 'W', 'L', WIDTH, 0, HEIGHT, 0, 50, 0, 0, 0xff,
						 0x85 };

int rig_setup(void **state)
{
	char self[PATH_MAX - 64] = "", *here;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(n > 0);
	here = dirname(self);
	snprintf(rig_libraries, sizeof(rig_libraries), "%s/portrait", here);
	snprintf(rig_folder, sizeof(rig_folder), "%s/portrait/run.XXXXXX", here);
	assert_non_null(mkdtemp(rig_folder));
	snprintf(program, sizeof(program), "%s/idcard-portrait", dirname(here));
	/* What outlives the program becomes a child of this process, and is found at the end. */
	assert_return_code(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), errno);
	signal(SIGPIPE, SIG_IGN);
	alarm(120);
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void assert_no_folder(const char *place)
{
	const struct dirent *e;
	DIR *d = opendir(place);

	while (d && (e = readdir(d)))
		if (strncmp(e->d_name, "idcard-portrait.", 16) == 0 ||
		    strcmp(e->d_name, "idcard-evil") == 0)
			fail_msg("left behind: %s/%s", place, e->d_name);
	if (d)
		closedir(d);
}

int rig_teardown(void **state)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_no_folder("/tmp");
	assert_no_folder("/var/tmp");
	assert_no_folder("/dev/shm");
	assert_no_folder("/run");
	return nftw(rig_folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

const char *rig_config(const char *format, ...)
{
	static char path[PATH_MAX + 16];
	va_list args;
	FILE *f;

	snprintf(path, sizeof(path), "%s/conf", rig_folder);
	unlink(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_return_code(fchmod(fileno(f), 0600), errno);
	va_start(args, format);
	vfprintf(f, format, args);
	va_end(args);
	assert_int_equal(fclose(f), 0);
	return path;
}

static void deny(const char *const *names)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	for (; names && *names; names++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
				     seccomp_syscall_resolve_name(*names), 0) < 0)
			_exit(126);
	if (seccomp_load(filter) < 0)
		_exit(126);
	seccomp_release(filter);
}

void rig_start(struct run *run, const char *arg, ...)
{
	const char *argv[16] = { program, arg };
	int in[2], out[2], err[2], n = 1;
	va_list args;

	memset(run, 0, sizeof(*run));
	va_start(args, arg);
	while (argv[n])
		argv[++n] = va_arg(args, const char *);
	va_end(args);
	assert_return_code(pipe2(in, O_CLOEXEC), errno);
	assert_return_code(pipe2(out, O_CLOEXEC), errno);
	assert_return_code(pipe2(err, O_CLOEXEC), errno);
	run->pid = fork();
	assert_return_code(run->pid, errno);
	if (run->pid == 0) {
		alarm(0);
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		if (rig_denied)
			deny(rig_denied);
		execv(program, (char *const *)argv);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	run->in = in[1];
	run->out = out[0];
	run->err = err[0];
}

static size_t read_all(int fd, void *to, size_t size)
{
	size_t got = 0;
	ssize_t n;

	while ((n = read(fd, (char *)to + got, size - got)) > 0)
		got += n;
	close(fd);
	return got;
}

void rig_finish(struct run *run, const void *in, size_t size)
{
	if (size && write(run->in, in, size) < 0)
		assert_int_equal(errno, EPIPE);
	close(run->in);
	run->size = read_all(run->out, run->said, sizeof(run->said) - 1);
	read_all(run->err, run->errors, sizeof(run->errors) - 1);
	assert_int_equal(waitpid(run->pid, &run->status, 0), run->pid);
}

enum portrait_result rig_result(const struct run *run)
{
	struct portrait_reply reply;

	assert_true(WIFEXITED(run->status));
	assert_int_equal(WEXITSTATUS(run->status), 0);
	assert_true(run->size >= sizeof(reply));
	memcpy(&reply, run->said, sizeof(reply));
	assert_int_equal(reply.magic, PORTRAIT_REPLY_MAGIC);
	assert_int_equal(run->size, sizeof(reply) +
			 (reply.result == PORTRAIT_OK ? PORTRAIT_RGB_SIZE : 0));
	return reply.result;
}

enum portrait_result rig_decode(struct run *run, const char *config)
{
	rig_start(run, "--config", config, NULL);
	rig_finish(run, rig_block, sizeof(rig_block));
	return rig_result(run);
}

bool rig_is_picture(const struct run *run, bool swapped, bool flipped, bool mirrored)
{
	const uint8_t *p = run->said + sizeof(struct portrait_reply);
	uint8_t rgb[3];

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++, p += 3) {
			picture_pixel(mirrored ? WIDTH - 1 - x : x, flipped ? HEIGHT - 1 - y : y,
				      rgb);
			if (p[0] != rgb[swapped ? 2 : 0] || p[1] != rgb[1] ||
			    p[2] != rgb[swapped ? 0 : 2])
				return false;
		}
	return true;
}
