// SPDX-License-Identifier: GPL-2.0-or-later
#include "worker.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "pixels.h"
#include "sandbox.h"
#include "secret.h"
#include "util.h"

struct work {
	const struct settings *s;
	const char *workdir;
	uint64_t seed;
	uint8_t *in, *out;		/* each between two pages that nobody may touch */
	void *function, *init;
	struct worker_answer *answer;
};

static void note(struct work *w, const char *text)
{
	snprintf(w->answer->note, sizeof(w->answer->note), "%s", text ?: "");
}

/* Blocks end at the page behind them: a size in whole pages. */
static uint8_t *map_guarded(size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);
	uint8_t *p = mmap(NULL, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + page, size, PROT_READ | PROT_WRITE) < 0)
		return NULL;
	return p + page;
}

/* Some old libraries cannot be bound at once, because they name functions that exist nowhere. */
static void *load(const char *path, int scope)
{
	return dlopen(path, RTLD_NOW | scope) ?: dlopen(path, RTLD_LAZY | scope);
}

static enum portrait_result load_all(struct work *w)
{
	const struct settings *s = w->s;
	const char *const *symbols = s->family->symbols;
	const char *own[FAMILY_SYMBOLS_MAX] = { s->symbol };
	void *library;

	for (size_t i = 0; i < s->n_preload; i++)
		if (!load(s->preload[i], RTLD_GLOBAL)) {
			note(w, dlerror());
			return PORTRAIT_LOAD;
		}
	library = load(s->library, RTLD_LOCAL);
	if (!library) {
		note(w, dlerror());
		return PORTRAIT_LOAD;
	}
	if (*s->symbol)
		symbols = own;
	for (size_t i = 0; !w->function && i < FAMILY_SYMBOLS_MAX && symbols[i]; i++)
		w->function = dlsym(library, symbols[i]);
	if (s->family->init)
		w->init = dlsym(library, s->family->init);
	if (!w->function || (s->family->init && !w->init)) {
		note(w, dlerror());
		return PORTRAIT_LOAD;
	}
	return PORTRAIT_OK;
}

/* The block as a file in the working directory, which is the current one. */
static int write_block(const char *name, const uint8_t *block)
{
	_cleanup_close_ int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, block, PORTRAIT_BLOCK_SIZE) != PORTRAIT_BLOCK_SIZE)
		return -EIO;
	return 0;
}

static bool call(struct work *w)
{
	const struct family *f = w->s->family;
	char in_path[PATH_MAX] = "", out_path[PATH_MAX] = "", dir[PATH_MAX] = "";
	char key[DECODER_IN_SIZE] = "";
	const char *here = w->workdir ?: "";
	struct arguments a = {
		.in = (char *)w->in, .out = (char *)w->out, .key = key, .code = w->s->code,
		.in_path = in_path, .out_path = out_path, .dir = dir,
		.out_size = w->s->output == OUTPUT_BMP ? PIXELS_BMP_SIZE : PORTRAIT_RGB_SIZE,
		.library = w->s->preload[0],
	};
	int value = 0;
	bool both;

	snprintf(in_path, sizeof(in_path), "%s/%s", here, f->in_file ?: "zp.wlt");
	snprintf(out_path, sizeof(out_path), "%s/%s", here, f->out_file ?: "zp.bmp");
	snprintf(dir, sizeof(dir), "%s", here);
	memcpy(key, w->s->key, sizeof(w->s->key));
	both = family_call(f, w->function, w->init, &a, &value);
	explicit_bzero(key, sizeof(key));
	w->answer->called = true;
	w->answer->value = value;
	if (!both)
		note(w, f->init);
	return both && success_is(w->s->success, value);
}

/* The file that the library wrote, into the memory for pictures. *@ret: its size. */
static int read_file(struct work *w, size_t *ret)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];
	struct stat st;
	size_t size = 0;
	ssize_t n;

	/* By its whole name: the library may have gone to another folder. */
	snprintf(path, sizeof(path), "%s/%s", w->workdir, w->s->family->out_file);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > DECODER_OUT_SIZE)
		return -EBADMSG;
	while ((n = read(fd, w->out + size, DECODER_OUT_SIZE - size)) > 0)
		size += n;
	*ret = size;
	return n < 0 ? -EBADMSG : 0;
}

static enum portrait_result take_bmp(struct work *w, size_t size, struct pixels *ret)
{
	struct pixels p;

	if (pixels_of_bmp(w->out, size, &p) < 0) {
		note(w, "no BMP of 102 x 126 pixels in 24 bits");
		return PORTRAIT_NO_OUTPUT;
	}
	if (!w->s->family->out_file &&
	    pattern_any(w->out, p.rows - w->out, p.stride * PORTRAIT_HEIGHT, w->seed)) {
		note(w, "a part of the picture was not written");
		return PORTRAIT_NO_OUTPUT;
	}
	*ret = p;
	return PORTRAIT_OK;
}

/*
 * A raw picture has nothing in it that says what it is, so what is written behind its end means
 * that it is something else. A BMP tells its form itself: what lies behind it does not matter,
 * and one library is known to use 80,000 bytes for it.
 */
static enum portrait_result take_raw(struct work *w, size_t size, struct pixels *ret)
{
	bool file = w->s->family->out_file;

	if (file ? size != PORTRAIT_RGB_SIZE :
		   pattern_any(w->out, 0, PORTRAIT_RGB_SIZE, w->seed)) {
		note(w, "a part of the picture was not written");
		return PORTRAIT_NO_OUTPUT;
	}
	if (!file && !pattern_all(w->out, PORTRAIT_RGB_SIZE, DECODER_OUT_SIZE - PORTRAIT_RGB_SIZE,
				  w->seed)) {
		note(w, memcmp(w->out, "BM", 2) == 0 ? "more than a raw picture: try output = bmp" :
						       "more than a raw picture");
		return PORTRAIT_CRASHED;
	}
	*ret = (struct pixels){ .rows = w->out, .stride = PIXELS_ROW_SIZE,
				.bgr = w->s->family->bgr, .bottom_up = true };
	return PORTRAIT_OK;
}

static enum portrait_result take_picture(struct work *w)
{
	const struct settings *s = w->s;
	size_t size = DECODER_OUT_SIZE;
	enum portrait_result result;
	struct pixels p;

	if (s->family->out_file) {
		if (read_file(w, &size) < 0) {
			note(w, "no picture file was written");
			return PORTRAIT_NO_OUTPUT;
		}
	} else if (s->family->returns_size && s->success == SUCCESS_GT_0 &&
		   w->answer->value < DECODER_OUT_SIZE) {
		size = w->answer->value;
	}
	result = s->output == OUTPUT_BMP ? take_bmp(w, size, &p) : take_raw(w, size, &p);
	if (result != PORTRAIT_OK)
		return result;
	p.bgr ^= s->swap_rb;
	p.bottom_up ^= s->flip_v;
	p.mirrored ^= s->mirror_h;
	pixels_canonical(&p, w->answer->rgb);
	return PORTRAIT_OK;
}

static enum portrait_result decode(struct work *w, const uint8_t *block)
{
	const struct family *f = w->s->family;
	enum portrait_result result;

	w->in = map_guarded(DECODER_IN_SIZE);
	w->out = map_guarded(DECODER_OUT_SIZE);
	if (!w->in || !w->out || getrandom(&w->seed, sizeof(w->seed), 0) != sizeof(w->seed))
		return PORTRAIT_FAULT;
	if (f->in_file && write_block(f->in_file, block) < 0)
		return PORTRAIT_FAULT;
	/* A picture that came with the side files is somebody else's. */
	if (f->out_file && unlink(f->out_file) < 0 && errno != ENOENT)
		return PORTRAIT_FAULT;
	result = load_all(w);
	if (result != PORTRAIT_OK)
		return result;
	memcpy(w->in, block, PORTRAIT_BLOCK_SIZE);
	pattern_fill(w->out, DECODER_OUT_SIZE, w->seed);
	result = call(w) ? take_picture(w) : PORTRAIT_REFUSED;
	explicit_bzero(w->in, DECODER_IN_SIZE);
	explicit_bzero(w->out, DECODER_OUT_SIZE);
	return result;
}

static int write_all(const void *data, size_t size)
{
	const uint8_t *p = data;
	ssize_t n;

	for (; size > 0; p += n, size -= n) {
		n = write(SANDBOX_FD, p, size);
		if (n < 0)
			return -errno;
	}
	return 0;
}

/* What the library may read: its folder, and those of its companions. */
static void list_folders(const struct settings *s, char (*names)[PATH_MAX], const char **list)
{
	size_t n = 0;

	snprintf(names[n], PATH_MAX, "%s", s->library);
	for (; n < s->n_preload; n++)
		snprintf(names[n + 1], PATH_MAX, "%s", s->preload[n]);
	for (size_t i = 0; i <= n; i++)
		list[i] = dirname(names[i]);
	if (*s->side_files)
		list[++n] = s->side_files;
	list[n + 1] = NULL;
}

_Noreturn void worker_run(const struct settings *s, const char *workdir,
			  const uint8_t block[PORTRAIT_BLOCK_SIZE], pid_t parent, int pipe)
{
	char names[1 + SETTINGS_PRELOAD_MAX][PATH_MAX];
	struct worker_answer answer = {};
	const char *folders[3 + SETTINGS_PRELOAD_MAX];
	struct sandbox box = {
		.read_only = folders, .read_write = workdir,
		.needs_files = s->family->out_file, .parent = parent, .keep = pipe,
	};
	struct work w = { .s = s, .workdir = workdir, .answer = &answer };
	struct worker_begun begun = { .magic = WORKER_MAGIC };
	int r;

	/* What was locked before fork() is not here. */
	secret_init();
	list_folders(s, names, folders);
	if (sandbox_detach(&box) < 0)
		_exit(1);
	r = sandbox_enter(&box, &begun.landlock);
	if (r < 0)
		_exit(1);
	begun.layers = r;
	if (write_all(&begun, sizeof(begun)) < 0)
		_exit(1);
	answer.result = decode(&w, block);
	answer.magic = WORKER_MAGIC;
	/* Straight to the kernel: the library has its own ideas of what happens at exit(). */
	_exit(write_all(&answer, sizeof(answer)) < 0);
}
