// SPDX-License-Identifier: GPL-2.0-or-later
/* Keyboard-type scanners: three keyboards of uinput, two of which the configuration names. */
#include "suite.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/uinput.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "util.h"

#define UNIT "idcard-scan.service"
#define NUMBER "110101190001010014"
#define WRONG_NUMBER "110101190001010015"
#define MRZ "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" \
	    "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
#define LOST "keys were lost"
#define CONFIG "/etc/idcard/scanner.conf"
#define PASSPORTS "[scanner passports]\nusb = 1a86:5456\n"
#define GATE "[scanner gate]\nname = Test Gate\nsource = qr\n"
#define OFFICE "[scanner office]\nname = Test Keyboard\n"

/* Short enough for the kernel to keep all its keys, of which two are Shift. */
#define PASSPORT "L898902C36\n"

enum {
	PASSPORT_KEYS = 11 + 2,
	CHUNK_KEYS = 3,
	TRIES = 5,
};

struct keyboard {
	const char *name;
	uint16_t product;
	int fd;			/* uinput's */
	int reader;		/* another program that reads its keys */
	char node[64];
	int held_before;	/* how often the program held it when it was not yet plugged in */
};

/* How often a message of the program holds these words. */
static int count_logged(const char *words)
{
	char command[256], line[32] = "";
	FILE *f;

	snprintf(command, sizeof(command), "journalctl -q -b -o cat -u " UNIT " | grep -cF '%s'", words);
	f = popen(command, "r");
	if (!f || !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		pclose(f);
	return atoi(line);
}

static int count_held(const struct keyboard *k)
{
	char words[64];

	snprintf(words, sizeof(words), "(%s)", k->name);
	return count_logged(words);
}

static void unplug(struct keyboard *k)
{
	/* Programs that were started meanwhile have a copy of the descriptor. */
	ioctl(k->fd, UI_DEV_DESTROY);
	k->fd = safe_close(k->fd);
	k->reader = safe_close(k->reader);
}

static void plug(struct keyboard *k)
{
	struct uinput_setup setup = {
		.id = { .bustype = BUS_USB, .vendor = 0x1a86, .product = k->product },
	};
	char input[64], pattern[128];
	glob_t found;

	snprintf(setup.name, sizeof(setup.name), "%s", k->name);
	k->held_before = count_held(k);
	k->fd = open("/dev/uinput", O_WRONLY | O_CLOEXEC);
	require(k->fd >= 0 && ioctl(k->fd, UI_SET_EVBIT, EV_KEY) == 0, "/dev/uinput: %s",
		strerror(errno));
	for (int code = 1; code < KEY_MICMUTE; code++)
		ioctl(k->fd, UI_SET_KEYBIT, code);
	require(ioctl(k->fd, UI_DEV_SETUP, &setup) == 0 && ioctl(k->fd, UI_DEV_CREATE) == 0 &&
		ioctl(k->fd, UI_GET_SYSNAME(sizeof(input)), input) >= 0, "uinput: %s",
		strerror(errno));
	snprintf(pattern, sizeof(pattern), "/sys/devices/virtual/input/%s/event*", input);
	require(glob(pattern, 0, NULL, &found) == 0, "no %s", pattern);
	snprintf(k->node, sizeof(k->node), "/dev/input/%s", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
	wait_for_file(k->node, 5000);
	k->reader = open(k->node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	require(k->reader >= 0, "%s: %s", k->node, strerror(errno));
}

static unsigned int key_of(char c)
{
	static const unsigned int letters[] = {
		KEY_A, KEY_B, KEY_C, KEY_D, KEY_E, KEY_F, KEY_G, KEY_H, KEY_I, KEY_J, KEY_K, KEY_L,
		KEY_M, KEY_N, KEY_O, KEY_P, KEY_Q, KEY_R, KEY_S, KEY_T, KEY_U, KEY_V, KEY_W, KEY_X,
		KEY_Y, KEY_Z,
	};

	if (c >= 'A' && c <= 'Z')
		return letters[c - 'A'];
	if (c >= '1' && c <= '9')
		return KEY_1 + (c - '1');
	return c == '0' ? KEY_0 : c == '<' ? KEY_COMMA : KEY_ENTER;
}

static size_t add(struct input_event *events, size_t n, unsigned int code, int value)
{
	events[n] = (struct input_event){ .type = EV_KEY, .code = code, .value = value };
	events[n + 1] = (struct input_event){ .type = EV_SYN, .code = SYN_REPORT };
	return n + 2;
}

/*
 * Some keys at a time, at the speed of a scanner: the kernel keeps 64 events for a reader. Line
 * ends stay with what follows them, so that a test that is kept waiting makes no pause there.
 */
static void type(const struct keyboard *k, const char *text)
{
	struct input_event events[(CHUNK_KEYS + 1) * 8];
	size_t n = 0, keys = 0;

	for (; *text; text++) {
		bool shift = isupper((unsigned char)*text) || *text == '<';

		if (shift)
			n = add(events, n, KEY_LEFTSHIFT, 1);
		n = add(events, n, key_of(*text), 1);
		n = add(events, n, key_of(*text), 0);
		if (shift)
			n = add(events, n, KEY_LEFTSHIFT, 0);
		if (++keys < CHUNK_KEYS && text[1])
			continue;
		if (*text == '\n' && text[1] && keys == CHUNK_KEYS)
			continue;
		require(write(k->fd, events, n * sizeof(*events)) == (ssize_t)(n * sizeof(*events)),
			"uinput: %s", strerror(errno));
		poll(NULL, 0, 10);
		n = keys = 0;
	}
}

struct logged {
	const char *words;
	int before, lost;
};

static bool is_logged(void *context)
{
	const struct logged *l = context;

	return count_logged(l->words) > l->before || count_logged(LOST) > l->lost;
}

/* Type until it was not the machine that was too slow to fetch the keys. */
static void scan(const struct keyboard *k, const char *text, struct lines *l)
{
	for (int i = 0; i < TRIES; i++) {
		int lost = count_logged(LOST);

		type(k, text);
		if (!lines_silent(l, slow(5000)))
			return;
		require(count_logged(LOST) > lost, "%s: no line", k->name);
	}
	fail("%s: keys are lost each time", k->name);
}

static void scan_refused(const struct keyboard *k, const char *text, const char *words)
{
	for (int i = 0; i < TRIES; i++) {
		struct logged refusal = { words, count_logged(words), count_logged(LOST) };

		type(k, text);
		wait_until(is_logged, &refusal, 8000, words);
		if (count_logged(words) > refusal.before)
			return;
	}
	fail("%s: keys are lost each time", k->name);
}

static void expect(struct lines *l, const char *source, const char *key, const char *value)
{
	json_t *identity = json_loads(lines_next(l, 100), 0, NULL);

	require(strcmp(get(identity, "class"), "IDENTITY") == 0, "not an identity");
	require(strcmp(get(identity, "source"), source) == 0, "source is %s instead of %s",
		get(identity, "source"), source);
	require(strcmp(get(identity, key), value) == 0, "%s is %s", key, get(identity, key));
	json_decref(identity);
}

/* Does the program have it open? */
static bool is_open(const struct keyboard *k)
{
	return shell("find /proc/%d/fd -lname %s | grep -q .", service_pid(UNIT), k->node) == 0;
}

static bool is_held(void *context)
{
	const struct keyboard *k = context;

	return count_held(k) > k->held_before;
}

static bool is_free(void *context)
{
	return !is_open(context);
}

static bool is_active(void *context)
{
	return shell("systemctl --quiet is-active idcardd.service") == 0;
}

/* Whoever scans first takes longer than the pause before which nothing counts. */
static void wait_held(struct keyboard *k)
{
	wait_until(is_held, k, 30000, k->name);
	poll(NULL, 0, 500);
}

/* Keys that the other reader of the device got since the last call. */
static int keys_elsewhere(const struct keyboard *k)
{
	struct input_event event;
	int n = 0;

	while (read(k->reader, &event, sizeof(event)) == sizeof(event))
		n += event.type == EV_KEY && event.value == 1;
	return n;
}

static void configure(const char *text)
{
	FILE *f;

	shell("mkdir -p /etc/idcard");
	f = fopen(CONFIG, "we");
	require(f && fputs(text, f) >= 0 && fclose(f) == 0, CONFIG ": %s", strerror(errno));
}

static void check_owner(const struct keyboard *k, const char *expected)
{
	require(shell("test \"$(stat -c '%%U %%a' %s)\" = '%s'", k->node, expected) == 0,
		"%s is not %s", k->name, expected);
}

static void test_sources(struct keyboard *passports, struct keyboard *gate, struct lines *l)
{
	scan(passports, NUMBER "\n", l);
	expect(l, "manual", "id_number", NUMBER);
	scan(passports, MRZ, l);
	expect(l, "mrz", "passport_number", "L898902C3");
	scan(passports, MRZ, l);
	expect(l, "mrz", "name_latin", "ERIKSSON, ANNA MARIA");
	scan(gate, "91199919000101003X\n", l);
	expect(l, "qr", "id_number", "91199919000101003X");
	require(keys_elsewhere(passports) == 0 && keys_elsewhere(gate) == 0,
		"keys of a scanner reached another program");
	scan_refused(gate, WRONG_NUMBER "\n", "not an entry");
	scan_refused(gate, "HELLO\n", "not an entry");
	require(lines_silent(l, 500), "a wrong number made a line");
}

static void test_other_keyboard(struct keyboard *k, struct lines *l)
{
	type(k, PASSPORT);
	require(keys_elsewhere(k) == PASSPORT_KEYS, "a keyboard that is not named does not reach its user");
	require(!is_open(k), "a keyboard that is not named was opened");
	check_owner(k, "root 660");
	require(lines_silent(l, 500), "a keyboard that is not named made a line");
}

/* What is scanned while the daemon is away is lost, and does not come later. */
static void test_daemon_away(struct keyboard *k, struct lines *l)
{
	shell("systemctl stop idcardd.socket idcardd.service");
	scan_refused(k, NUMBER "\n", "did not take the scan in time");
	shell("systemctl start idcardd.socket idcardd.service");
	require(lines_silent(l, 2000), "an old scan came late");
	scan(k, "91199919000101003X\n", l);
	expect(l, "manual", "id_number", "91199919000101003X");
}

void test_scanners(void)
{
	struct keyboard passports = { "Test Passports", 0x5456, -1, -1 };
	struct keyboard gate = { "Test Gate", 0x5457, -1, -1 };
	struct keyboard office = { "Test Keyboard", 0x5458, -1, -1 };
	struct logged mistake = { "line 5: unknown setting \"speed\"", 0, 1000 };
	struct lines *l;

	shell("modprobe uinput; modprobe evdev");
	configure(PASSPORTS GATE);
	plug(&office);
	plug(&passports);
	plug(&gate);
	wait_held(&passports);
	wait_held(&gate);
	check_owner(&passports, "idcard-scan 600");
	require(shell("udevadm info -q property %s | grep -q ^ID_INPUT", passports.node) != 0 &&
		shell("udevadm info -q property %s | grep -q ^ID_INPUT_KEY=1", office.node) == 0,
		"what desktops are told");
	/* Without any reader: the scanner alone makes /dev/idcard, and starts the daemon. */
	wait_for_file("/dev/idcard", 30000);
	wait_until(is_active, NULL, 30000, "idcardd");
	l = lines_open(4096);
	test_sources(&passports, &gate, l);
	test_other_keyboard(&office, l);

	for (int i = 0; i < 3; i++) {
		unplug(&passports);
		plug(&passports);
		wait_held(&passports);
		scan(&passports, NUMBER "\n", l);
		expect(l, "manual", "id_number", NUMBER);
	}
	test_daemon_away(&passports, l);

	/* Named anew: one is let go, another is taken. */
	configure(PASSPORTS OFFICE);
	shell("udevadm trigger -c change -s input; udevadm settle");
	wait_held(&office);
	wait_until(is_free, &gate, 5000, "the scanner that is not named any more");
	keys_elsewhere(&gate);
	type(&gate, PASSPORT);
	require(keys_elsewhere(&gate) == PASSPORT_KEYS && lines_silent(l, 500), "it was not let go");
	scan(&office, NUMBER "\n", l);
	expect(l, "manual", "id_number", NUMBER);

	/* A mistake in the file is told, and costs nothing that worked. */
	configure(PASSPORTS OFFICE "speed = 7\n");
	shell("udevadm trigger -c change -s input; udevadm settle");
	wait_until(is_logged, &mistake, 5000, mistake.words);
	scan(&office, NUMBER "\n", l);
	expect(l, "manual", "id_number", NUMBER);
	require(count_logged(mistake.words) == 1, "a mistake in the file is told more than once");
	require(count_logged(NUMBER) + count_logged("L898902C3") + count_logged("ERIKSSON") == 0,
		"what was scanned is in the journal");

	unplug(&passports);
	unplug(&gate);
	unplug(&office);
	unlink(CONFIG);
}
