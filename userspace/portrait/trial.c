// SPDX-License-Identifier: GPL-2.0-or-later
#include "trial.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sandbox.h"
#include "secret.h"
#include "supervisor.h"
#include "util.h"
#include "words.h"

#define DAEMON_USER "idcard"

/*
 * As idcardd would do it: what only root can read does not work there, and foreign code has no
 * business with root's rights. The one user root becomes is that of idcardd.
 */
static int become_daemon(void)
{
	const struct passwd *p;

	if (geteuid() != 0)
		return 0;
	p = getpwnam(DAEMON_USER);
	if (!p || p->pw_uid == 0) {
		puts(in_words("user: root, because there is no user " DAEMON_USER,
			      "用户:root,因为没有用户 " DAEMON_USER));
		return 0;
	}
	if (initgroups(DAEMON_USER, p->pw_gid) < 0 || setgid(p->pw_gid) < 0 ||
	    setuid(p->pw_uid) < 0)
		return -errno;
	puts(in_words("user: " DAEMON_USER, "用户:" DAEMON_USER));
	return 0;
}

/* The head of a block, and nothing behind it: libraries may well refuse it. */
static void invent_block(uint8_t *block)
{
	static const uint8_t head[] = { 'W', 'L', PORTRAIT_WIDTH, 0, PORTRAIT_HEIGHT, 0, 50, 0,
					0, 0xff, 0x85 };

	memcpy(block, head, sizeof(head));
}

static int read_block(const char *path, uint8_t *block)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size != PORTRAIT_BLOCK_SIZE)
		return -EINVAL;
	return read(fd, block, PORTRAIT_BLOCK_SIZE) == PORTRAIT_BLOCK_SIZE ? 0 : -EIO;
}

/* ProtectHome= and TemporaryFileSystem= of idcardd.service do not hold for this process. */
static void warn_if_hidden(const char *path)
{
	static const char *const hidden[] = { "/home/", "/root/", "/run/user/", "/tmp/" };

	for (size_t i = 0; i < ELEMENTSOF(hidden); i++)
		if (strncmp(path, hidden[i], strlen(hidden[i])) == 0)
			printf(in_words("  idcardd does not see what is in %s: put it elsewhere, for "
					"example into /opt\n",
					"  idcardd 看不到 %s 中的文件:请放到别处,例如 /opt\n"),
			       hidden[i]);
}

static void print_settings(const struct settings *s)
{
	printf(in_words("family: %s\n", "接口类型:%s\n"), s->family->name);
	printf(in_words("library: %s\n", "解码库:%s\n"), s->library);
	warn_if_hidden(s->library);
	for (size_t i = 0; i < s->n_preload; i++) {
		printf(in_words("loaded before it: %s\n", "预先加载:%s\n"), s->preload[i]);
		warn_if_hidden(s->preload[i]);
	}
	if (*s->side_files)
		printf(in_words("side files: %s\n", "附带文件:%s\n"), s->side_files);
	warn_if_hidden(s->side_files);
}

static void print_layer(const char *name, bool on)
{
	printf("%s: %s\n", name, on ? in_words("on", "已启用") : in_words("OFF", "未启用"));
}

static void print_layers(const struct outcome *o)
{
	unsigned int layers = o->begun.layers;

	if (!o->began) {
		puts(in_words("protection: could not be put up", "保护措施:无法建立"));
		return;
	}
	print_layer(in_words("protection: system calls (seccomp)", "保护:系统调用(seccomp)"),
		    layers & LAYER_SECCOMP);
	print_layer(in_words("protection: files (Landlock)", "保护:文件(Landlock)"),
		    layers & LAYER_LANDLOCK);
	if (!(layers & LAYER_LANDLOCK))
		printf(in_words("  Landlock: %s. The library can read what the user of idcardd can; "
				"Linux 5.13 or later has it.\n",
				"  Landlock:%s。解码库可以读取 idcardd 用户能读的文件;"
				"Linux 5.13 及以后版本才有此功能。\n"),
		       strerror(-o->begun.landlock));
	print_layer(in_words("protection: memory and time (limits)", "保护:内存与时间(limits)"),
		    layers & LAYER_LIMITS);
	print_layer(in_words("folder in memory for its files", "内存中的临时目录"),
		    o->has_workdir);
}

/* What a library says: only what can be printed. */
static void print_note(const char *note)
{
	fputs("  ", stdout);
	for (; *note; note++)
		putchar((unsigned char)*note < ' ' || *note == 0x7f ? '?' : *note);
	putchar('\n');
}

/* Of the families that return more than yes or no. */
static void print_value(const struct settings *s, int value)
{
	static const struct {
		enum call call;
		int value;
		const char *en, *zh;
	} meanings[] = {
		{ CALL_PATH_PORT, 0, "its own driver failed", "厂商驱动调用失败" },
		{ CALL_PATH_PORT, -1, "it could not decode", "解码错误" },
		{ CALL_PATH_PORT, -2, "wrong ending of the file's name", "文件后缀错误" },
		{ CALL_PATH_PORT, -3, "it could not open the file", "文件打开错误" },
		{ CALL_PATH_PORT, -4, "wrong format", "文件格式错误" },
		{ CALL_PATH_PORT, -5, "it is not licensed", "软件未授权" },
		{ CALL_PATH_PORT, -6, "it wants its own reader", "设备连接错误" },
		{ CALL_IN_OUT_CODE, 0, "wrong vendor code", "授权码不对" },
		{ CALL_IN_OUT_CODE_SAVE_PATH, -215, "error of libwlt.so", "libwlt.so 错误" },
		{ CALL_IN_OUT_CODE_SAVE_PATH, -216, "bad block", "照片数据错误" },
	};

	printf(in_words("  it returned %d; success is \"%s\"\n", "  返回值 %d;成功条件 \"%s\"\n"),
	       value, success_name(s->success));
	for (size_t i = 0; i < ELEMENTSOF(meanings); i++)
		if (meanings[i].call == s->family->call && meanings[i].value == value)
			printf("  %s\n", in_words(meanings[i].en, meanings[i].zh));
}

static int run(const char *config, const uint8_t *block, bool invented)
{
	_cleanup_secret_ struct settings *s = NULL;
	_cleanup_secret_ struct outcome *o = secret_alloc(sizeof(*o));
	char problem[SETTINGS_PROBLEM_MAX];
	int r;

	if (!o)
		return -ENOMEM;
	r = settings_read(config, &s, problem);
	if (r == -ENOENT) {
		puts(result_in_words(PORTRAIT_NO_DECODER));
		return r;
	}
	if (r < 0) {
		/* The sentence for others sends them here. */
		puts(in_words("The configuration is wrong, or its rights or those of the library are:",
			      "配置文件内容有误,或配置文件、解码库的权限不对:"));
		print_note(problem);
		return r;
	}
	print_settings(s);
	r = supervise(s, block, now_usec() + PORTRAIT_DEADLINE_MS * UINT64_C(1000), o);
	if (r < 0)
		return r;
	print_layers(o);
	puts(result_in_words(o->result));
	if (o->answer.note[0])
		print_note(o->answer.note);
	if (o->answer.called)
		print_value(s, o->answer.value);
	if (o->result == PORTRAIT_REFUSED && invented)
		puts(in_words("The block is an invented one: a library may refuse it and yet decode "
			      "that of a card.",
			      "测试数据是虚构的:解码库可能拒绝它,却能解码真卡的数据。"));
	return o->result == PORTRAIT_OK ? 0 : -EBADMSG;
}

int trial(const char *config, const char *block_path)
{
	_cleanup_secret_ uint8_t *block = secret_alloc(PORTRAIT_BLOCK_SIZE);
	int r = block ? 0 : -ENOMEM;

	if (r == 0 && block_path)
		r = read_block(block_path, block);
	else if (r == 0)
		invent_block(block);
	if (r == 0 && !portrait_block_valid(block))
		r = -EINVAL;
	if (r < 0) {
		fprintf(stderr, "idcard-portrait: %s: %s\n", block_path ?: "", r == -EINVAL ?
			result_in_words(PORTRAIT_BAD_BLOCK) : strerror(-r));
		return EXIT_FAILURE;
	}
	r = become_daemon();
	if (r < 0) {
		fprintf(stderr, "idcard-portrait: user " DAEMON_USER ": %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	return run(config, block, !block_path) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
