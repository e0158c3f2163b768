// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs for the clipboard, played by scripts: the clipboard is a file. */
#include "test.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "util.h"
#include "wedge/tool.h"

enum { LONG_USEC = 10 * 1000 * 1000 };

static char dir[] = "/tmp/test-wedge-tool-XXXXXX";

struct end {
	sd_event *event;
	struct tool *tool;
	unsigned int n;		/* ends that were told */
	bool good;
};

static void put(const char *name, const char *text, mode_t mode)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static bool has(const char *name, const char *expected)
{
	char path[128], text[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	if (!f)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	return strcmp(text, expected) == 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void on_done(void *userdata, bool on_clipboard)
{
	struct end *e = userdata;

	e->n++;
	e->good = on_clipboard;
}

static int setup(void **state)
{
	struct end *e = calloc(1, sizeof(*e));
	char path[256];

	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", dir);
	setenv("PATH", path, 1);
	setenv("DIR", dir, 1);
	setenv("DISPLAY", ":0", 1);
	unsetenv("WAYLAND_DISPLAY");
	log_set_level(LOG_ERR);
	assert_int_equal(sd_event_new(&e->event), 0);
	assert_int_equal(tool_new(e->event, on_done, e, &e->tool), 0);
	*state = e;
	return 0;
}

static int teardown(void **state)
{
	struct end *e = *state;

	tool_free(e->tool);
	sd_event_unref(e->event);
	free(e);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

static void run_until(struct end *e, bool (*condition)(struct end *e), const char *what)
{
	uint64_t deadline = now_usec() + LONG_USEC;

	while (!condition(e)) {
		if (now_usec() >= deadline)
			fail_msg("waited for %s", what);
		assert_true(sd_event_run(e->event, 10000) >= 0);
	}
}

static bool is_over(struct end *e)
{
	return e->n > 0;
}

/* Is the process that offers the text gone? Its number is in the file. */
static bool offers_nothing(struct end *e)
{
	char path[128];
	int pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/offers", dir);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	return kill(pid, 0) < 0;
}

/* Like the real one: it ends, and leaves a process behind. */
#define XCLIP                                                                                      \
	"#!/bin/sh\n"                                                                              \
	"case \"$*\" in\n"                                                                         \
	"'-selection clipboard') cat >$DIR/new; mv $DIR/new $DIR/clipboard\n"                      \
	"  sleep 1000 </dev/null & echo $! >$DIR/offers;;\n"                                       \
	"'-out -selection clipboard') cat $DIR/clipboard;;\n"                                      \
	"*) exit 9;;\n"                                                                            \
	"esac\n"

static void test_xclip(void **state)
{
	struct end *e = *state;

	put("xclip", XCLIP, 0755);
	assert_int_equal(tool_copy(e->tool, "测试甲", 1), 0);
	assert_int_equal(e->n, 0);
	run_until(e, is_over, "the end");
	assert_true(e->good);
	assert_int_equal(e->n, 1);
	assert_true(has("clipboard", "测试甲"));
	assert_false(offers_nothing(e));
	run_until(e, offers_nothing, "the clipboard to be cleared");
	assert_int_equal(e->n, 1);
}

static void test_clear_and_replace(void **state)
{
	struct end *e = *state;

	put("xclip", XCLIP, 0755);
	assert_int_equal(tool_copy(e->tool, "first", 100), 0);
	run_until(e, is_over, "the end");
	assert_false(offers_nothing(e));
	tool_clear(e->tool);
	run_until(e, offers_nothing, "the clipboard to be cleared");
	/* the end of what is replaced is not told */
	e->n = 0;
	assert_int_equal(tool_copy(e->tool, "second", 100), 0);
	assert_int_equal(tool_copy(e->tool, "third", 100), 0);
	run_until(e, is_over, "the end");
	assert_true(e->good);
	assert_int_equal(e->n, 1);
	assert_true(has("clipboard", "third"));
}

/* Set is not yet there: looked at until it is. */
static void test_late(void **state)
{
	struct end *e = *state;

	put("xclip", "#!/bin/sh\n"
	    "case \"$*\" in\n"
	    "-out*) if [ -e $DIR/third ]; then cat $DIR/new; elif [ -e $DIR/second ]; then >$DIR/third; echo no; "
	    "else >$DIR/second; echo old; fi;;\n"
	    "*) cat >$DIR/new; sleep 1000 </dev/null & echo $! >$DIR/offers;;\n"
	    "esac\n", 0755);
	assert_int_equal(tool_copy(e->tool, "text", 100), 0);
	run_until(e, is_over, "the end");
	assert_true(e->good);
	assert_true(has("third", ""));
}

/* Somebody else has the clipboard, and keeps it. */
static void test_never(void **state)
{
	struct end *e = *state;

	put("xclip", "#!/bin/sh\n"
	    "case \"$*\" in\n"
	    "-out*) yes other | head -c 100000;;\n"
	    "*) cat >/dev/null; sleep 1000 </dev/null & echo $! >$DIR/offers;;\n"
	    "esac\n", 0755);
	assert_int_equal(tool_copy(e->tool, "text", 100), 0);
	run_until(e, is_over, "the end");
	assert_false(e->good);
	run_until(e, offers_nothing, "what offers the text to be gone");
}

static void test_failures(void **state)
{
	static const char *const scripts[] = {
		"#!/bin/sh\nexit 1\n",
		"#!/bin/sh\nkill -9 $$\n",
		"#!/nowhere\n",
		"#!/bin/sh\nexec sleep 1000\n",
		"#!/bin/sh\ncase \"$*\" in -out*) exec sleep 1000;; *) cat >/dev/null;; esac\n",
	};
	struct end *e = *state;

	for (size_t i = 0; i < ELEMENTSOF(scripts); i++) {
		put("xclip", scripts[i], 0755);
		e->n = 0;
		assert_int_equal(tool_copy(e->tool, "text", 100), 0);
		run_until(e, is_over, "the end");
		assert_false(e->good);
		assert_int_equal(e->n, 1);
	}
}

/* xsel stays, and is ended. */
static void test_xsel(void **state)
{
	struct end *e = *state;

	put("xsel", "#!/bin/sh\n"
	    "case \"$*\" in\n"
	    "'--clipboard --input --nodetach') echo $$ >$DIR/offers; cat >$DIR/new; mv $DIR/new $DIR/clipboard; "
	    "exec sleep 1000;;\n"
	    "'--clipboard --output') cat $DIR/clipboard;;\n"
	    "*) exit 9;;\n"
	    "esac\n", 0755);
	/* where there is an xclip, that is taken */
	if (access("/usr/bin/xclip", X_OK) == 0)
		skip();
	assert_int_equal(tool_copy(e->tool, "text", 1), 0);
	run_until(e, is_over, "the end");
	assert_true(e->good);
	assert_true(has("clipboard", "text"));
	run_until(e, offers_nothing, "the clipboard to be cleared");
}

static void test_nothing_there(void **state)
{
	struct end *e = *state;
	char large[4096];

	setenv("PATH", dir, 1);
	assert_int_equal(tool_copy(e->tool, "text", 1), -ENOENT);
	put("xclip", XCLIP, 0644);
	assert_int_equal(tool_copy(e->tool, "text", 1), -ENOENT);
	put("xclip", XCLIP, 0755);
	unsetenv("DISPLAY");
	assert_int_equal(tool_copy(e->tool, "text", 1), -ENOENT);
	setenv("DISPLAY", ":0", 1);
	memset(large, 'a', sizeof(large));
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(tool_copy(e->tool, large, 1), -EMSGSIZE);
	assert_int_equal(e->n, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(test_xclip), TEST(test_clear_and_replace), TEST(test_late), TEST(test_never),
		TEST(test_failures), TEST(test_xsel), TEST(test_nothing_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
