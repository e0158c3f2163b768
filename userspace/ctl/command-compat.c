// SPDX-License-Identifier: GPL-2.0-or-later
/* compat: links beside an application */
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "compat.h"
#include "complete.h"
#include "ctl.h"

enum {
	SEARCHED_MAX = 64,
	FILES_MAX = 4096,	/* that are looked at beside the links */
	NAME_SIZE = PATH_MAX + 256,	/* of a file in a folder */
};

/* The application's folder, and what of it is spoken of. */
struct target {
	int fd;
	char path[PATH_MAX];	/* without symbolic links */
	const struct compat_name *names[COMPAT_NAMES_MAX];
	size_t n;
};

static void target_close(struct target *t)
{
	t->fd = safe_close(t->fd);
}
#define _cleanup_target_ _cleanup_(target_close)

static int fail(const struct ctl *c, const char *what, int error)
{
	complain(c, MSG_COMPAT_FAILED, what, strerror(error));
	return CTL_FAILED;
}

static void full_name(const struct target *t, const char *link, char ret[NAME_SIZE])
{
	snprintf(ret, NAME_SIZE, "%s/%s", t->path, link);
}

/* The folders that an administrator or a vendor's package told the loader of. */
static size_t searched_folders(char *ret[SEARCHED_MAX])
{
	char line[PATH_MAX];
	size_t n = 0;
	glob_t found;

	if (glob("/etc/ld.so.conf.d/*.conf", 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		FILE *f = fopen(found.gl_pathv[i], "re");

		while (f && n < SEARCHED_MAX && fgets(line, sizeof(line), f)) {
			line[strcspn(line, " \t\r\n#")] = '\0';
			ret[n] = line[0] == '/' ? realpath(line, NULL) : NULL;
			n += ret[n] != NULL;
		}
		if (f)
			fclose(f);
	}
	globfree(&found);
	return n;
}

static bool is_system(const char *folder)
{
	char *searched[SEARCHED_MAX];
	size_t n = searched_folders(searched);
	bool yes = compat_is_system(folder, searched, n);

	for (size_t i = 0; i < n; i++)
		free(searched[i]);
	return yes;
}

/* The name is asked of what was opened, so that nothing can change in between. */
static int open_target(const struct ctl *c, const char *folder, struct target *t)
{
	char self[64];
	ssize_t n;

	t->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->fd < 0)
		return fail(c, folder, errno);
	snprintf(self, sizeof(self), "/proc/self/fd/%d", t->fd);
	n = readlink(self, t->path, sizeof(t->path));
	if (n < 0)
		return fail(c, folder, errno);
	if ((size_t)n >= sizeof(t->path))
		return fail(c, folder, ENAMETOOLONG);
	t->path[n] = '\0';
	if (is_system(t->path)) {
		complain(c, MSG_COMPAT_SYSTEM, t->path);
		return CTL_FAILED;
	}
	return CTL_OK;
}

static int choose(const struct ctl *c, struct target *t)
{
	for (const struct compat_name *n = compat_names; c->n_arguments == 2 && n->name; n++)
		if (!n->on_request)
			t->names[t->n++] = n;
	for (int i = 2; i < c->n_arguments; i++) {
		const struct compat_name *name = compat_find(c->arguments[i]);

		if (!name) {
			complain(c, MSG_COMPAT_UNKNOWN, c->arguments[i]);
			return CTL_USAGE;
		}
		for (size_t k = 0; k < t->n; k++)
			if (strcmp(t->names[k]->link, name->link) == 0) {
				complain(c, MSG_COMPAT_TWICE, t->names[k]->name, name->name);
				return CTL_USAGE;
			}
		t->names[t->n++] = name;
	}
	return CTL_OK;
}

static void source_folder(const struct ctl *c, char ret[PATH_MAX])
{
	if (!c->compat.from)
		ctl_installed("lib/" COMPAT_FOLDER, ret, PATH_MAX);
	else if (!realpath(c->compat.from, ret))
		snprintf(ret, PATH_MAX, "%s", c->compat.from);
}

enum there { NOTHING, OURS, OURS_SAME, FOREIGN };

/* What lies at @link; @wanted may be NULL. */
static enum there look(const struct target *t, const char *link, const char *wanted)
{
	char text[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (fstatat(t->fd, link, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? NOTHING : FOREIGN;
	n = S_ISLNK(st.st_mode) ? readlinkat(t->fd, link, text, sizeof(text)) : -1;
	if (n < 0 || n == sizeof(text))
		return FOREIGN;
	text[n] = '\0';
	if (wanted && strcmp(text, wanted) == 0)
		return OURS_SAME;
	return compat_is_ours(text) ? OURS : FOREIGN;
}

/* All or nothing: an application with one library of ours and one of the vendor's is a riddle. */
static int check(const struct ctl *c, const struct target *t, const char *source)
{
	char path[NAME_SIZE], full[NAME_SIZE];
	int r = CTL_OK;

	for (size_t i = 0; i < t->n; i++) {
		snprintf(path, sizeof(path), "%s/%s", source, t->names[i]->name);
		full_name(t, t->names[i]->link, full);
		if (access(path, R_OK) < 0) {
			complain(c, MSG_COMPAT_NOT_INSTALLED, path);
			r = CTL_FAILED;
		} else if (look(t, t->names[i]->link, path) == FOREIGN) {
			complain(c, MSG_COMPAT_FOREIGN, full, full, full);
			r = CTL_FAILED;
		}
	}
	if (r != CTL_OK)
		complain(c, MSG_COMPAT_NOTHING_DONE);
	return r;
}

/* Else nobody would know the links again. */
static int check_source(const struct ctl *c, const char *source)
{
	char path[NAME_SIZE];

	snprintf(path, sizeof(path), "%s/%s", source, compat_names[0].name);
	if (compat_is_ours(path))
		return CTL_OK;
	complain(c, MSG_COMPAT_BAD_FROM);
	return CTL_USAGE;
}

/* In the place of a link of ours, if there is one: whoever looks finds the one or the other. */
static int make_link(const struct target *t, const char *path, const char *link, enum there there)
{
	char other[128];
	int r;

	if (there == NOTHING)
		return symlinkat(path, t->fd, link) < 0 ? -errno : 0;
	snprintf(other, sizeof(other), ".%s.%d", link, (int)getpid());
	if (symlinkat(path, t->fd, other) < 0)
		return -errno;
	r = renameat(t->fd, other, t->fd, link) < 0 ? -errno : 0;
	if (r < 0)
		unlinkat(t->fd, other, 0);
	return r;
}

static int make_links(const struct ctl *c, const struct target *t, const char *source)
{
	char path[NAME_SIZE], full[NAME_SIZE];

	for (size_t i = 0; i < t->n; i++) {
		const char *link = t->names[i]->link;
		enum there there;
		int r = 0;

		snprintf(path, sizeof(path), "%s/%s", source, t->names[i]->name);
		full_name(t, link, full);
		there = look(t, link, path);
		if (there == OURS_SAME) {
			say(c, stdout, MSG_COMPAT_THERE, full, path);
			continue;
		}
		if (!c->compat.dry_run)
			r = make_link(t, path, link, there);
		if (r < 0)
			return fail(c, full, -r);
		say(c, stdout, c->compat.dry_run ? MSG_COMPAT_WOULD_LINK : MSG_COMPAT_LINKED, full,
		    path);
	}
	return CTL_OK;
}

static enum compat_program program_at(int folder, const char *name)
{
	_cleanup_close_ int fd = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	uint8_t head[COMPAT_HEAD_SIZE];
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return COMPAT_NO_PROGRAM;
	n = pread(fd, head, sizeof(head), 0);
	return n < 0 ? COMPAT_NO_PROGRAM : compat_program(head, n);
}

/* The first of each kind that cannot load what is linked here. */
static void warn_of_others(const struct ctl *c, const struct target *t)
{
	static const char *const words[] = {
		[COMPAT_OTHER_BITS] = "other-bits",
		[COMPAT_OTHER_MACHINE] = "other-machine",
		[COMPAT_WINDOWS] = "windows",
	};
	bool told[ELEMENTSOF(words)] = {};
	int fd = openat(t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	char full[NAME_SIZE];

	if (!d) {
		safe_close(fd);
		return;
	}
	for (size_t i = 0; i < FILES_MAX && (entry = readdir(d)); i++) {
		enum compat_program kind = program_at(t->fd, entry->d_name);

		if (kind <= COMPAT_FITS || told[kind])
			continue;
		told[kind] = true;
		full_name(t, entry->d_name, full);
		complain(c, MSG_COMPAT_OTHER_PROGRAM, full,
			 message_word("program", words[kind], c->chinese));
	}
	closedir(d);
}

static int link_all(const struct ctl *c, struct target *t)
{
	char source[PATH_MAX] = "";
	int r;

	source_folder(c, source);
	r = check_source(c, source);
	if (r == CTL_OK)
		r = choose(c, t);
	if (r == CTL_OK)
		r = open_target(c, c->arguments[1], t);
	if (r == CTL_OK)
		r = check(c, t, source);
	if (r == CTL_OK)
		r = make_links(c, t, source);
	if (r == CTL_OK)
		warn_of_others(c, t);
	return r;
}

static int unlink_all(const struct ctl *c, struct target *t)
{
	char full[NAME_SIZE];
	bool any = false;
	int r;

	r = choose(c, t);
	if (r == CTL_OK)
		r = open_target(c, c->arguments[1], t);
	for (size_t i = 0; r == CTL_OK && i < t->n; i++) {
		enum there there = look(t, t->names[i]->link, NULL);

		full_name(t, t->names[i]->link, full);
		if (there == FOREIGN)
			complain(c, MSG_COMPAT_LEFT, full);
		if (there != OURS)
			continue;
		any = true;
		if (!c->compat.dry_run && unlinkat(t->fd, t->names[i]->link, 0) < 0)
			return fail(c, full, errno);
		say(c, stdout, c->compat.dry_run ? MSG_COMPAT_WOULD_REMOVE : MSG_COMPAT_REMOVED,
		    full);
	}
	if (r == CTL_OK && !any)
		say(c, stdout, MSG_COMPAT_NO_LINKS, t->path);
	return r;
}

static int list(const struct ctl *c)
{
	char source[PATH_MAX] = "", path[NAME_SIZE];

	source_folder(c, source);
	for (const struct compat_name *n = compat_names; n->name; n++) {
		snprintf(path, sizeof(path), "%s/%s", source, n->name);
		printf("%-20s %s%s%s\n", n->name, path,
		       access(path, R_OK) < 0 ? message(MSG_COMPAT_MISSING, c->chinese) : "",
		       n->on_request ? message(MSG_COMPAT_ON_REQUEST, c->chinese) : "");
	}
	return CTL_OK;
}

int command_compat(struct ctl *c)
{
	_cleanup_target_ struct target t = { .fd = -1 };
	const char *what = c->n_arguments ? c->arguments[0] : "";

	if (strcmp(what, "list") == 0 && c->n_arguments == 1)
		return list(c);
	if (strcmp(what, "link") == 0 && c->n_arguments > 1)
		return link_all(c, &t);
	if (strcmp(what, "unlink") == 0 && c->n_arguments > 1)
		return unlink_all(c, &t);
	complain(c, MSG_COMPAT_USAGE);
	return CTL_USAGE;
}

void compat_complete(struct ctl *c, const struct completion *out, char **arguments, int n)
{
	if (n == 0)
		complete_words(out, "list link unlink");
	else if (strcmp(arguments[0], "list") == 0)
		return;
	else if (n == 1)
		complete_words(out, COMPLETE_FOLDERS);
	else
		for (const struct compat_name *name = compat_names; name->name; name++)
			complete_word(out, name->name);
}
