// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "families.h"
#include "library.h"
#include "settings.h"
#include "util.h"
#include "words.h"

static const char *kind_in_words(enum library_kind kind)
{
	switch (kind) {
	case LIBRARY_ARCHIVE:
		return in_words("a static archive (.a), which cannot be loaded. Ask your reader's "
				"vendor for the shared library (.so).",
				"静态库(.a),无法加载。请向读卡器厂商索取动态库(.so)。");
	case LIBRARY_WINDOWS:
		return in_words("a library for Windows. Ask your reader's vendor for the one for "
				"Linux.",
				"Windows 的库。请向读卡器厂商索取 Linux 版。");
	case LIBRARY_OTHER_ELF:
		return in_words("a program or an object file, not a shared library.",
				"程序或目标文件,不是动态库。");
	case LIBRARY_BROKEN:
		return in_words("damaged: it ends before all of it is there. Copy it again.",
				"文件损坏,内容不全。请重新复制。");
	default:
		return in_words("not a library.", "不是库文件。");
	}
}

/* Is the library @name one of the system's? */
static bool is_installed(const char *name)
{
	static const char *const places[] = {
		"/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/", "/usr/local/lib/",
		"/lib/*-linux-*/", "/usr/lib/*-linux-*/", "/usr/local/lib/*-linux-*/",
	};
	char pattern[LIBRARY_NAME_MAX + 64];
	glob_t found;
	bool yes = false;

	for (size_t i = 0; !yes && i < ELEMENTSOF(places); i++) {
		snprintf(pattern, sizeof(pattern), "%s%s", places[i], name);
		yes = glob(pattern, GLOB_NOSORT, NULL, &found) == 0;
		globfree(&found);
	}
	return yes;
}

static bool is_beside(const char *path, const char *name, char *ret)
{
	const char *slash = strrchr(path, '/');
	int n = snprintf(ret, PATH_MAX, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);

	return n < PATH_MAX && access(ret, R_OK) == 0;
}

/* What is needed and not there; false if it cannot be loaded for that. */
static bool tell_needed(const struct library *l, const char *path, FILE *out)
{
	char beside[PATH_MAX];
	bool all = true;

	for (size_t i = 0; i < l->n_needed; i++) {
		const char *name = l->needed[i];

		fprintf(out, in_words("needs: %s", "依赖:%s"), name);
		if (strcmp(name, "libc.so") == 0 || strcmp(name, "liblog.so") == 0) {
			fputs(in_words(" (Android's: this library was not made for Linux computers)",
				       "(Android 的库:此库不是为 Linux 电脑制作的)"), out);
			all = false;
		} else if (is_beside(path, name, beside)) {
			fputs(in_words(" (beside it)", "(在同一目录)"), out);
		} else if (!is_installed(name)) {
			fputs(in_words(" (not installed)", "(未安装)"), out);
			all = false;
		}
		fputc('\n', out);
	}
	return all;
}

static bool tell_machine(const struct library *l, FILE *out)
{
	fprintf(out, in_words("made for: %s, %u bits\n", "适用处理器:%s,%u 位\n"),
		machine_name(l->machine), l->bits);
	if (l->here)
		return true;
	fprintf(out, in_words("This is a library of %u bits for %s, and idcard-portrait here is one "
			      "of %zu bits: it cannot be loaded. Ask your reader's vendor for the "
			      "library for this machine.\n",
			      "这是 %2$s 的 %1$u 位库,而本机的 idcard-portrait 是 %3$zu 位,"
			      "无法加载。请向读卡器厂商索取适用于本机的库。\n"),
		l->bits, machine_name(l->machine), 8 * sizeof(void *));
	return false;
}

static bool tell_memory(const struct library *l, FILE *out)
{
	if (l->text_relocations)
		fputs(in_words("It changes its own code while it is loaded (text relocations), "
			       "which is not allowed here. Ask your reader's vendor for one that "
			       "was compiled with -fPIC.\n",
			       "此库加载时修改自身代码(text relocation),这里不允许。"
			       "请向读卡器厂商索取以 -fPIC 编译的库。\n"), out);
	if (l->executable_stack)
		fputs(in_words("It asks for a stack that can be executed, which is not allowed here. "
			       "If it does not really need one: patchelf --clear-execstack\n",
			       "此库要求可执行的栈,这里不允许。如果它并不真正需要:"
			       "patchelf --clear-execstack\n"), out);
	return !l->text_relocations && !l->executable_stack;
}

/* The first that can be used, or -1. */
static int tell_functions(const struct library *l, FILE *out)
{
	int best = -1;

	for (size_t i = 0; i < l->n_found; i++) {
		const struct known *k = l->found[i].known;

		fprintf(out, in_words("function: %s", "函数:%s"), l->found[i].symbol);
		if (k->family)
			fprintf(out, in_words(" (family %s)", "(family %s)"), k->family);
		else
			fputs(in_words(" (not supported: it needs its vendor's own software)",
				       "(不支持:需要厂商自己的软件)"), out);
		fputc('\n', out);
		if (best < 0 && k->family)
			best = (int)i;
	}
	if (best < 0)
		fputs(in_words("No function that is known to decode portraits is in it.\n",
			       "其中没有已知的照片解码函数。\n"), out);
	return best;
}

static bool wants_code(enum call call)
{
	return call == CALL_IN_OUT_CODE || call == CALL_IN_OUT_CODE_SAVE_PATH;
}

static bool wants_key(enum call call)
{
	return call == CALL_IN_OUT_KEY || call == CALL_INIT_DIR;
}

static bool is_default(const struct family *f, const char *symbol)
{
	for (size_t i = 0; i < FAMILY_SYMBOLS_MAX && f->symbols[i]; i++)
		if (strcmp(f->symbols[i], symbol) == 0)
			return true;
	return false;
}

static void propose(const struct library *l, size_t which, const char *path, FILE *out)
{
	const struct family *f = family_find(l->found[which].known->family);
	_cleanup_free_ char *real = realpath(path, NULL);
	char beside[PATH_MAX];

	fprintf(out, "\n# %s (root:idcard, 0640)\n", SETTINGS_PATH);
	fprintf(out, "family = %s\nlibrary = %s\n", f->name, real ?: path);
	if (!is_default(f, l->found[which].symbol))
		fprintf(out, "symbol = %s\n", l->found[which].symbol);
	for (size_t i = 0; i < l->n_needed; i++)
		if (real && is_beside(real, l->needed[i], beside))
			fprintf(out, "preload = %s\n", beside);
	if (f->call == CALL_LIBRARY_PATH)
		fputs(in_words("# preload = the decoder library (libwltdecode.so) it is to use\n",
			       "# preload = 它所使用的解码库(libwltdecode.so)\n"), out);
	if (f->call == CALL_INIT_DIR)
		fputs(in_words("# side_files = the folder with base.dat and license.lic\n",
			       "# side_files = 存放 base.dat 和 license.lic 的目录\n"), out);
	if (wants_code(f->call))
		fputs(in_words("# code = the number that your reader's vendor gave you with it\n",
			       "# code = 读卡器厂商随库提供的授权码\n"), out);
	if (wants_key(f->call))
		fputs(in_words("# key = the text that your reader's vendor gave you with it\n",
			       "# key = 读卡器厂商随库提供的授权文本\n"), out);
	if (f->call == CALL_IN_OUT_CODE)
		fputs(in_words("# If its manual calls this function with names of files: family = "
			       "file_unpack\n",
			       "# 如果说明书中此函数的参数是文件名:family = file_unpack\n"), out);
}

int check_library(const char *path, FILE *out)
{
	struct library l;
	bool usable;
	int r, best;

	r = library_read(path, &l);
	if (r < 0) {
		fprintf(stderr, "idcard-portrait: %s: %s\n", path, strerror(-r));
		return EXIT_FAILURE;
	}
	if (l.kind != LIBRARY_SHARED) {
		fprintf(out, in_words("%s is %s\n", "%s:%s\n"), path, kind_in_words(l.kind));
		return EXIT_FAILURE;
	}
	fprintf(out, "%s\n", path);
	usable = tell_machine(&l, out);
	usable &= tell_needed(&l, path, out);
	usable &= tell_memory(&l, out);
	best = tell_functions(&l, out);
	if (best < 0)
		return EXIT_FAILURE;
	if (usable)
		propose(&l, best, path, out);
	return usable ? EXIT_SUCCESS : EXIT_FAILURE;
}
