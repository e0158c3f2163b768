// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What idcard-portrait reads: the picture that a vendor's library left, and its own configuration.
 * Input: the head of a BMP ("BM"), and the rest of it is made here, as many bytes as the last byte
 * of the input chooses; anything else is a configuration.
 */
#include "fuzz.h"
#include "memory-file.h"
#include "picture.h"
#include "pixels.h"
#include "secret.h"
#include "settings.h"

enum { HEAD_MAX = 200 };

/* Each pixel of the canonical form, looked up by what a BMP says. */
static void check_pixels(const uint8_t *file, const struct pixels *p)
{
	uint8_t *rgb = malloc(PORTRAIT_RGB_SIZE), *bmp = malloc(picture_bmp_size(1));
	uint8_t *again = malloc(PORTRAIT_RGB_SIZE);
	struct pixels same;
	uint32_t offset = file[10] | file[11] << 8;

	pixels_canonical(p, rgb);
	for (size_t y = 0; y < PORTRAIT_HEIGHT; y += 25)
		for (size_t x = 0; x < PORTRAIT_WIDTH; x += 101) {
			size_t row = p->bottom_up ? PORTRAIT_HEIGHT - 1 - y : y;
			const uint8_t *from = file + offset + row * PIXELS_BMP_ROW_SIZE + 3 * x;
			const uint8_t *to = rgb + 3 * (y * PORTRAIT_WIDTH + x);

			FUZZ_CHECK(to[0] == from[2] && to[1] == from[1] && to[2] == from[0]);
		}
	/* What is written is read. */
	picture_write_bmp(rgb, 1, bmp);
	FUZZ_CHECK(pixels_of_bmp(bmp, picture_bmp_size(1), &same) == 0);
	pixels_canonical(&same, again);
	FUZZ_CHECK(memcmp(rgb, again, PORTRAIT_RGB_SIZE) == 0);
	free(rgb);
	free(bmp);
	free(again);
}

static void check_bmp(const uint8_t *data, size_t size)
{
	size_t head = size - 1 < HEAD_MAX ? size - 1 : HEAD_MAX;
	size_t whole = data[size - 1] < 128 ? PIXELS_BMP_SIZE + (size_t)data[size - 1] :
					      (size_t)(data[size - 1] - 128) * 300;
	uint8_t *file;
	struct pixels p = {};
	int r;

	if (whole < head)
		whole = head;
	file = malloc(whole);
	pattern_fill(file, whole, 1);
	memcpy(file, data, head);
	r = pixels_of_bmp(file, whole, &p);
	FUZZ_CHECK(r == 0 || r == -EBADMSG);
	if (r == 0) {
		FUZZ_CHECK(p.rows >= file + 54 && p.stride == PIXELS_BMP_ROW_SIZE);
		FUZZ_CHECK(p.rows + p.stride * PORTRAIT_HEIGHT <= file + whole);
		check_pixels(file, &p);
	}
	/* What was not written is known, and nothing else. */
	FUZZ_CHECK(pattern_all(file, head, whole - head, 1));
	FUZZ_CHECK(whole - head < 8 || pattern_any(file, head, whole - head, 1));
	FUZZ_CHECK(whole - head < 8 || !pattern_any(file, head, whole - head, 2));
	FUZZ_CHECK(whole == head || !pattern_all(file, head, whole - head, 2));
	free(file);
}

static void check_settings(const uint8_t *data, size_t size)
{
	char path[32], problem[SETTINGS_PROBLEM_MAX];
	int fd = memory_file(data, size, path);
	struct settings *s = NULL;
	int r;

	memset(problem, 0x5a, sizeof(problem));
	r = settings_read(path, &s, problem);
	FUZZ_CHECK(r <= 0 && !r == !!s);
	if (r < 0 && r != -ENOENT)
		FUZZ_CHECK(strnlen(problem, sizeof(problem)) < sizeof(problem) && *problem);
	if (r == 0) {
		FUZZ_CHECK(s->family && family_find(s->family->name) == s->family);
		FUZZ_CHECK(s->library[0] == '/' && s->n_preload <= SETTINGS_PRELOAD_MAX);
		FUZZ_CHECK(strlen(s->key) <= SETTINGS_KEY_MAX && s->success < _SUCCESS_MAX);
		FUZZ_CHECK(*success_name(s->success));
		FUZZ_CHECK(s->output == OUTPUT_RAW || s->output == OUTPUT_BMP);
		FUZZ_CHECK(strlen(s->symbol) < SETTINGS_SYMBOL_MAX);
	}
	secret_free(s);
	safe_close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 2 && memcmp(data, "BM", 2) == 0)
		check_bmp(data, size);
	else
		check_settings(data, size);
	return 0;
}
