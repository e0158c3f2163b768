// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is seen once and rendered for each, and its picture: decoded by processes that do all that
 * they must not.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base64.h"
#include "picture.h"
#include "secret.h"
#include "sighting.h"
#include "tests/unit/ramp.h"
#include "tests/unit/test.h"
#include "util.h"

enum {
	DEADLINE_MS = 300,	/* instead of six seconds */
	PATIENT_MS = 20000,
};

static sd_event *event;
static struct decoder *decoder;
static unsigned int done;
static char dir[64], program[128], config[128];

static void on_done(void *userdata)
{
	done++;
}

static void path(char *ret, const char *name)
{
	snprintf(ret, 128, "%s/%s", dir, name);
}

/* The link @what to the stand-in beside this program. */
static void link_stand_in(const char *what)
{
	char self[256], target[300];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(n > 0);
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(target, sizeof(target), "%s/fake-portrait", self);
	path(program, what);
	assert_int_equal(symlink(target, program), 0);
}

static void use(const char *what, unsigned int deadline_ms)
{
	const struct decoder_options options = {
		.program = program, .config = config, .deadline_ms = deadline_ms, .done = on_done,
	};

	link_stand_in(what);
	assert_int_equal(decoder_new(event, &options, &decoder), 0);
}

static int set_up(void **state)
{
	int fd;

	strcpy(dir, "/tmp/idcard-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	path(config, "portrait.conf");
	fd = open(config, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	done = 0;
	assert_int_equal(sd_event_new(&event), 0);
	return 0;
}

static int tear_down(void **state)
{
	char file[128];

	/* No process is left, running or dead. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	decoder = decoder_free(decoder);
	event = sd_event_unref(event);
	unlink(program);
	unlink(config);
	path(file, "runs");
	unlink(file);
	path(file, "go");
	unlink(file);
	return rmdir(dir);
}

static size_t runs(void)
{
	struct stat st;
	char file[128];

	path(file, "runs");
	return stat(file, &st) == 0 ? (size_t)st.st_size : 0;
}

static void wait_until(bool (*condition)(const struct decoding *g), const struct decoding *g)
{
	uint64_t deadline = now_usec() + PATIENT_MS * UINT64_C(1000);

	while (!condition(g)) {
		assert_true(now_usec() < deadline);
		assert_true(sd_event_run(event, 100000) >= 0);
	}
}

static struct decoding *decoding(uint8_t mark)
{
	uint8_t block[PORTRAIT_BLOCK_SIZE] = { 'W', 'L', PORTRAIT_WIDTH, 0, PORTRAIT_HEIGHT, 0 };
	struct decoding *g;

	block[100] = mark;
	assert_int_equal(decoding_new(decoder, block, &g), 0);
	return g;
}

static uint8_t mark_of(const struct decoding *g)
{
	return decoding_rgb(g)[(63 * PORTRAIT_WIDTH + 51) * 3];
}

static void test_a_picture(void **state)
{
	struct decoding *g;
	uint8_t rgb[PORTRAIT_RGB_SIZE];

	use("whole", PATIENT_MS);
	g = decoding(200);
	assert_false(decoder_busy(decoder));
	decoding_start(g);
	assert_true(decoder_busy(decoder));
	assert_false(decoding_done(g));
	assert_int_equal(decoding_result(g), PORTRAIT_FAULT);
	assert_null(decoding_rgb(g));
	wait_until(decoding_done, g);
	assert_int_equal(done, 1);
	assert_false(decoder_busy(decoder));
	assert_int_equal(decoding_result(g), PORTRAIT_OK);
	ramp_make(rgb);
	assert_memory_equal(decoding_rgb(g), rgb, sizeof(rgb) / 2);
	assert_int_equal(mark_of(g), 200);
	/* Once is enough. */
	decoding_start(g);
	assert_false(decoder_busy(decoder));
	assert_int_equal(runs(), 1);
	decoding_unref(g);
}

static void expect_runs(const char *what, unsigned int deadline_ms, enum portrait_result result,
			size_t expected)
{
	struct decoding *g;

	set_up(NULL);
	use(what, deadline_ms);
	g = decoding(1);
	decoding_start(g);
	wait_until(decoding_done, g);
	if (decoding_result(g) != result)
		fail_msg("%s: %s", what, portrait_result_word(decoding_result(g)));
	assert_int_equal(runs(), expected);
	assert_int_equal(decoding_rgb(g) != NULL, result == PORTRAIT_OK);
	decoding_unref(g);
	tear_down(NULL);
}

static void expect_of(const char *what, unsigned int deadline_ms, enum portrait_result result)
{
	expect_runs(what, deadline_ms, result, 1);
}

static void test_other_replies(void **state)
{
	static const char *const faults[] = {
		"short", "long", "magic", "result", "trailing", "exit", "crash", "nothing",
	};

	expect_of("refused", PATIENT_MS, PORTRAIT_REFUSED);
	expect_of("deaf", PATIENT_MS, PORTRAIT_OK);
	/* What it leaves behind goes with it. */
	expect_of("heir", PATIENT_MS, PORTRAIT_OK);
	for (size_t i = 0; i < ELEMENTSOF(faults); i++)
		expect_of(faults[i], PATIENT_MS, PORTRAIT_FAULT);
}

static void test_deadline(void **state)
{
	expect_of("hang", DEADLINE_MS, PORTRAIT_FAULT);
	expect_of("half", DEADLINE_MS, PORTRAIT_FAULT);
	/* Asked first, so that it can put away what a library wrote; then ended. */
	expect_runs("tidy", DEADLINE_MS, PORTRAIT_FAULT, 2);
	expect_of("stubborn", DEADLINE_MS, PORTRAIT_FAULT);
}

static void test_no_process_without_need(void **state)
{
	const uint8_t empty[PORTRAIT_BLOCK_SIZE] = {};
	struct decoding *g;

	use("whole", PATIENT_MS);
	assert_int_equal(decoding_new(decoder, empty, &g), 0);
	decoding_start(g);
	assert_true(decoding_done(g));
	assert_int_equal(decoding_result(g), PORTRAIT_BAD_BLOCK);
	decoding_unref(g);

	unlink(config);
	g = decoding(1);
	decoding_start(g);
	assert_true(decoding_done(g));
	assert_int_equal(decoding_result(g), PORTRAIT_NO_DECODER);
	decoding_unref(g);
	assert_int_equal(runs(), 0);
}

/* The first that cannot be run is told of at once; one that waited, from the loop. */
static void test_no_program(void **state)
{
	struct decoding *g;

	use("whole", PATIENT_MS);
	unlink(program);
	g = decoding(1);
	decoding_start(g);
	assert_true(decoding_done(g));
	assert_int_equal(decoding_result(g), PORTRAIT_FAULT);
	decoding_unref(g);
}

static void make_gate(void)
{
	char go[128];

	path(go, "go");
	assert_int_equal(mkfifo(go, 0600), 0);
}

static bool has_run(const struct decoding *g)
{
	return runs() > 0;
}

/* Only when the process waits there: then it is known to run. */
static void open_gate(void)
{
	uint64_t deadline = now_usec() + PATIENT_MS * UINT64_C(1000);
	char go[128];
	int fd;

	path(go, "go");
	while ((fd = open(go, O_WRONLY | O_CLOEXEC | O_NONBLOCK)) < 0) {
		assert_true(now_usec() < deadline);
		poll(NULL, 0, 5);
	}
	close(fd);
}

/* One after the other, each with its own picture; beyond the bound none, and at once. */
static void test_queue(void **state)
{
	struct decoding *g[DECODER_QUEUE_MAX + 2];

	use("wait", PATIENT_MS);
	make_gate();
	for (size_t i = 0; i < ELEMENTSOF(g); i++) {
		g[i] = decoding((uint8_t)(10 * i));
		decoding_start(g[i]);
	}
	assert_true(decoding_done(g[DECODER_QUEUE_MAX + 1]));
	assert_int_equal(decoding_result(g[DECODER_QUEUE_MAX + 1]), PORTRAIT_FAULT);
	for (size_t i = 0; i <= DECODER_QUEUE_MAX; i++) {
		assert_false(decoding_done(g[i]));
		open_gate();
		wait_until(decoding_done, g[i]);
		assert_int_equal(decoding_result(g[i]), PORTRAIT_OK);
		assert_int_equal(mark_of(g[i]), 10 * i);
	}
	assert_int_equal(runs(), DECODER_QUEUE_MAX + 1);
	assert_int_equal(done, DECODER_QUEUE_MAX + 1);
	for (size_t i = 0; i < ELEMENTSOF(g); i++)
		decoding_unref(g[i]);
}

/* Nobody wants it any more: its process ends, and the next in the queue has its turn. */
static void test_given_up(void **state)
{
	struct decoding *a, *b, *c;

	use("wait", PATIENT_MS);
	make_gate();
	a = decoding(1);
	b = decoding(2);
	c = decoding(3);
	decoding_start(a);
	decoding_start(b);
	decoding_start(c);
	wait_until(has_run, NULL);
	decoding_unref(b);
	decoding_unref(a);
	assert_true(decoder_busy(decoder));
	while (runs() < 2)
		assert_true(sd_event_run(event, 10000) >= 0);
	open_gate();
	wait_until(decoding_done, c);
	assert_int_equal(decoding_result(c), PORTRAIT_OK);
	assert_int_equal(mark_of(c), 3);
	assert_int_equal(runs(), 2);
	decoding_unref(c);
	assert_false(decoder_busy(decoder));
}

static void test_given_up_and_nothing_follows(void **state)
{
	struct decoding *a, *b;

	use("wait", PATIENT_MS);
	make_gate();
	a = decoding(1);
	b = decoding(2);
	decoding_start(a);
	decoding_start(b);
	unlink(program);
	decoding_unref(a);
	wait_until(decoding_done, b);
	assert_int_equal(decoding_result(b), PORTRAIT_FAULT);
	assert_true(done > 0);
	decoding_unref(b);
}

static struct sighting *sighting(uint8_t mark, const struct sighting *before)
{
	const struct identity_envelope envelope = {
		.seq = 7, .time = 1767225600, .reader = "usb-1-2", .today = { 2026, 1, 1 },
	};
	const uint8_t head[] = { 'W', 'L', PORTRAIT_WIDTH, 0, PORTRAIT_HEIGHT, 0 };
	struct record record = {};
	struct identity identity;
	struct sighting *s;

	memcpy(record.portrait, head, sizeof(head));
	record.portrait[100] = mark;
	identity_from_record(&record, &envelope.today, &identity);
	assert_int_equal(sighting_new(&identity, &envelope, decoder, before, &s), 0);
	return s;
}

static json_t *written(const struct sighting *s, enum identity_portrait portrait,
		       unsigned int scale, const char *id)
{
	const struct identity_options options = { .portrait = portrait, .portrait_scale = scale };
	json_t *object;
	char *line;
	size_t size;

	assert_int_equal(sighting_write(s, &options, id, &line, &size), 0);
	assert_int_equal(strlen(line), size);
	object = json_loads(line, 0, NULL);
	assert_non_null(object);
	secret_free(line);
	return object;
}

static const char *portrait_word(const json_t *object, const char *key)
{
	const json_t *portrait = json_object_get(object, "portrait");
	const char *word = json_string_value(json_object_get(portrait, key));

	return word ? word : "";
}

static size_t portrait_data(const json_t *object, uint8_t *ret, size_t size)
{
	ssize_t n = base64_decode(portrait_word(object, "data"), ret, size);

	assert_true(n >= 0);
	return (size_t)n;
}

static const struct identity_options jpeg = { .portrait = IDENTITY_PORTRAIT_JPEG };

static bool is_ready(const struct decoding *s)
{
	return sighting_ready((const struct sighting *)s, &jpeg);
}

static void test_sighting(void **state)
{
	static uint8_t data[1024 * 1024];
	const struct identity_options plain = {};
	struct sighting *s;
	json_t *object;
	size_t n;

	use("whole", PATIENT_MS);
	s = sighting(5, NULL);
	assert_true(sighting_ready(s, &plain));
	assert_false(sighting_ready(s, &jpeg));
	sighting_prepare(s);
	object = written(s, IDENTITY_PORTRAIT_JPEG, 1, NULL);
	assert_string_equal(portrait_word(object, "status"), "decoder-error");
	assert_string_equal(portrait_word(object, "reason"), "fault");
	json_decref(object);
	wait_until(is_ready, (const struct decoding *)s);

	object = written(s, IDENTITY_PORTRAIT_JPEG, 2, "\"a\"");
	assert_string_equal(json_string_value(json_object_get(object, "id")), "a");
	assert_string_equal(portrait_word(object, "status"), "ok");
	assert_string_equal(portrait_word(object, "format"), "jpeg");
	n = portrait_data(object, data, sizeof(data));
	ramp_assert_jpeg(data, n, 2);
	json_decref(object);
	object = written(s, IDENTITY_PORTRAIT_BMP, 0, NULL);
	assert_null(json_object_get(object, "id"));
	assert_string_equal(portrait_word(object, "format"), "bmp");
	assert_int_equal(portrait_data(object, data, sizeof(data)), PICTURE_BMP_SIZE);
	json_decref(object);
	object = written(s, IDENTITY_PORTRAIT_BMP, PICTURE_SCALE_MAX, NULL);
	n = portrait_data(object, data, sizeof(data));
	assert_int_equal(n, picture_bmp_size(PICTURE_SCALE_MAX));
	json_decref(object);
	object = written(s, IDENTITY_PORTRAIT_WLT, 1, NULL);
	assert_string_equal(portrait_word(object, "format"), "wlt");
	assert_int_equal(portrait_data(object, data, sizeof(data)), PORTRAIT_BLOCK_SIZE);
	json_decref(object);
	sighting_unref(s);
}

/* A portrait that somebody has, and nothing else of the card. */
static void test_portrait_alone(void **state)
{
	struct sighting *s;
	json_t *object;
	char *line;
	size_t size;

	use("whole", PATIENT_MS);
	s = sighting(5, NULL);
	for (int ready = 0; ready < 2; ready++) {
		assert_int_equal(sighting_write_portrait(s, &jpeg, ready ? "\"a\"" : NULL, &line,
							 &size), 0);
		assert_int_equal(strlen(line), size);
		object = json_loads(line, 0, NULL);
		assert_int_equal(json_object_size(object), 2 + ready);
		assert_string_equal(json_string_value(json_object_get(object, "class")), "DECODE");
		assert_string_equal(portrait_word(object, "status"), ready ? "ok" : "decoder-error");
		assert_string_equal(portrait_word(object, "format"), ready ? "jpeg" : "wlt");
		json_decref(object);
		secret_free(line);
		sighting_prepare(s);
		wait_until(is_ready, (const struct decoding *)s);
	}
	sighting_unref(s);
}

/* The same block in the same placement is decoded once; another block never gets its picture. */
static void test_repeats(void **state)
{
	struct sighting *first, *again, *other;

	use("whole", PATIENT_MS);
	first = sighting(5, NULL);
	sighting_prepare(first);
	wait_until(is_ready, (const struct decoding *)first);
	again = sighting(5, first);
	other = sighting(6, first);
	sighting_unref(first);
	assert_true(sighting_ready(again, &jpeg));
	assert_false(sighting_ready(other, &jpeg));
	sighting_unref(again);
	sighting_unref(other);
	assert_int_equal(runs(), 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_a_picture),
		cmocka_unit_test(test_other_replies),
		cmocka_unit_test(test_deadline),
		T(test_no_process_without_need),
		T(test_no_program),
		T(test_queue),
		T(test_given_up),
		T(test_given_up_and_nothing_follows),
		T(test_sighting),
		T(test_portrait_alone),
		T(test_repeats),
	};

	/* What started this may have left some open; the stand-in looks for the daemon's. */
	for (int fd = 3; fd < 256; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
