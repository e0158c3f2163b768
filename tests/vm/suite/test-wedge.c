// SPDX-License-Identifier: GPL-2.0-or-later
/* idcard-wedge, typing into a terminal of the virtual console. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "field.h"
#include "suite.h"
#include "util.h"

#define WEDGE "/run/idcard-wedge/control"
#define CONFIG "/etc/idcard/wedge.conf"
#define CLIPBOARD "/run/suite-clipboard"
#define NUMBER "110101190001010014"

enum {
	NUMBERS = 1000,
	AHEAD = 3,		/* entered and not yet typed */
	NUMBER_SIZE = 19,
	GETTY_VT = 2,
};

static const char on[] = "[wedge]\nenabled = yes\nconsole = yes\nmax_age = 60\n";

/* ---- The wedge, as its clients see it ---- */

static json_t *wedge_ask(const char *request, const char *class)
{
	idcard_client *c = NULL;
	json_t *reply;
	int r = idcard_client_open(WEDGE, &c);

	require(r == 0, WEDGE ": %s", strerror(-r));
	require(idcard_client_send(c, request) == 0, "cannot send");
	reply = watch_next(c, class, "ERROR", 60000);
	idcard_client_close(c);
	return reply;
}

static json_int_t count(const char *what)
{
	json_t *status = wedge_ask("{\"class\":\"STATUS\"}", "STATUS");
	json_int_t n = json_integer_value(json_object_get(status, what));

	json_decref(status);
	return n;
}

struct awaited {
	const char *result;
	json_int_t before;
};

static bool is_result(void *context)
{
	const struct awaited *a = context;
	json_t *status = wedge_ask("{\"class\":\"STATUS\"}", "STATUS");
	json_int_t n = json_integer_value(json_object_get(status, "typed")) +
		       json_integer_value(json_object_get(status, "refused"));
	bool same = strcmp(get(json_object_get(status, "last"), "result"), a->result) == 0;

	json_decref(status);
	require(n <= a->before || same, "another result than %s", a->result);
	return n > a->before;
}

static json_int_t results(void)
{
	return count("typed") + count("refused");
}

static void enter(const char *number)
{
	char request[128];

	snprintf(request, sizeof(request), "{\"class\":\"ENTER\",\"text\":\"%s\"}", number);
	json_decref(ask(request, "IDENTITY"));
}

/* The whole number, and the wedge knows. */
static void typed(void)
{
	struct awaited a = { "typed", results() };

	enter(NUMBER);
	require(strcmp(field_next(20000), NUMBER) == 0, "another number");
	wait_until(is_result, &a, 5000, "the end of the typing");
}

static void nothing_but(const char *reason, json_int_t before)
{
	struct awaited a = { reason, before };

	wait_until(is_result, &a, 20000, reason);
	require(field_silent(300), "%s, and yet something was typed", reason);
}

/* A number is entered, and nothing comes of it but this reason. */
static void refused_because(const char *reason)
{
	json_int_t before = results();

	enter(NUMBER);
	nothing_but(reason, before);
}

/* The same with a card, which has a name. */
static void card_refused_because(const char *reason)
{
	json_int_t before = results();

	sim("place resident");
	nothing_but(reason, before);
	lift();
}

static void configure(const char *general, const char *profiles)
{
	FILE *f;

	mkdir("/etc/idcard", 0755);
	f = fopen(CONFIG, "we");
	require(f && fputs(general, f) >= 0 && fputs(profiles, f) >= 0 && fclose(f) == 0,
		CONFIG ": %s", strerror(errno));
}

static void start(void)
{
	shell("systemctl start idcardd.socket");
	require(shell("systemctl restart idcard-wedge.service") == 0, "idcard-wedge does not start");
}

void wedge_clear(void)
{
	if (access(WEDGE, F_OK) == 0)
		shell("systemctl stop idcard-wedge.service suite-clipboard.service 2>/dev/null");
	unlink(CONFIG);
	field_close();
}

static bool is_connected(void *context)
{
	json_t *status = wedge_ask("{\"class\":\"STATUS\"}", "STATUS");
	bool good = strcmp(get(status, "daemon"), "connected") == 0;

	json_decref(status);
	return good;
}

static void start_on(void)
{
	start();
	wait_until(is_connected, NULL, 20000, "the wedge to watch");
}

/* ---- A thousand numbers ---- */

/* Of invented people, as docs/protocol.md has them: born on the first days of 1900. */
static void make_number(unsigned int i, char ret[NUMBER_SIZE])
{
	static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	char text[32];
	int sum = 0;

	snprintf(text, sizeof(text), "110101190001%02u%03u", 1 + i / 990, 1 + i % 990);
	memcpy(ret, text, 17);
	for (int n = 0; n < 17; n++)
		sum += (ret[n] - '0') * weights[n];
	ret[17] = "10X98765432"[sum % 11];
	ret[18] = '\0';
}

static void send_number(idcard_client *c, unsigned int i)
{
	char number[NUMBER_SIZE], request[128];

	make_number(i, number);
	snprintf(request, sizeof(request), "{\"class\":\"ENTER\",\"id\":%u,\"text\":\"%s\"}", i, number);
	require(idcard_client_send(c, request) == 0, "cannot send");
	json_decref(watch_next(c, "IDENTITY", NULL, 10000));
}

static unsigned int type_numbers(void)
{
	unsigned int numbers = rounds(NUMBERS), entered = 0, typed, with_x = 0;
	uint64_t begin = now_usec(), usec;
	idcard_client *c = NULL;
	char number[NUMBER_SIZE];

	require(idcard_client_open(NULL, &c) == 0, "no daemon");
	for (typed = 0; typed < numbers; typed++) {
		const char *line;

		while (entered < numbers && entered < typed + AHEAD)
			send_number(c, entered++);
		line = field_next(20000);
		make_number(typed, number);
		require(strcmp(line, number) == 0, "number %u is \"%s\" instead of %s", typed, line,
			number);
		with_x += number[17] == 'X';
	}
	idcard_client_close(c);
	usec = now_usec() - begin;
	require(field_silent(500), "more was typed than entered");
	suite_note("%u numbers, %u with X, none wrong, %.1f s, %.0f ms each", numbers, with_x,
		   (double)usec / 1e6, (double)usec / 1e3 / numbers);
	return numbers;
}

void test_wedge_numbers(void)
{
	unsigned int numbers;

	field_open("tty");
	configure(on, "[profile numbers]\npace = 1\n");
	start_on();
	numbers = type_numbers();
	require(count("typed") == numbers && count("refused") == 0, "the wedge counts otherwise");
	require(shell("journalctl -q -b -u idcard-wedge | grep -qE '[0-9]{10}'") != 0,
		"a number is in the journal");
}

/* ---- Off, and into whom not ---- */

/* Times that it was woken. */
static long wakeups(void)
{
	char path[64], line[128];
	long n = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", service_pid("idcard-wedge.service"));
	f = fopen(path, "re");
	require(f, "%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f))
		sscanf(line, "voluntary_ctxt_switches: %ld", &n);
	fclose(f);
	return n;
}

static void check_idle(const char *what)
{
	long before = wakeups(), after;

	poll(NULL, 0, 5000);
	after = wakeups();
	require(before >= 0 && after == before, "%ld wake-ups in 5 s while %s", after - before, what);
}

static bool nobody_watches(void)
{
	json_t *status = ask("{\"class\":\"STATUS\"}", "STATUS");
	bool nobody = json_integer_value(json_object_get(status, "watchers")) == 0;

	json_decref(status);
	return nobody;
}

void test_wedge_off(void)
{
	require(shell("systemctl is-enabled --quiet idcard-wedge.service") != 0 &&
		shell("systemctl is-active --quiet idcard-wedge.service") != 0,
		"it is enabled without anybody having asked for it");
	require(shell("idcardctl wedge 2>/dev/null") == 3, "somebody answers for it");
	unlink(CONFIG);
	field_open("x11");
	start();
	require(shell("idcardctl wedge | grep -q 'is off'") == 0, "it is on without having been asked");
	require(nobody_watches(), "it watches while it is off");
	check_idle("off");
	enter(NUMBER);
	require(field_silent(1000) && results() == 0, "it types while it is off");

	/* The person at the screen may switch it on; a stranger may not. */
	require(shell("runuser -u nobody -- idcardctl wedge on 2>/dev/null") == 4, "a stranger was let in");
	require(shell("runuser -u desk -- idcardctl wedge on >/dev/null") == 0, "it cannot be switched on");
	wait_until(is_connected, NULL, 20000, "the wedge to watch");
	typed();
	check_idle("nobody places a card");
	require(shell("idcardctl wedge off >/dev/null") == 0 && nobody_watches(), "it cannot be switched off");
	enter(NUMBER);
	require(field_silent(1000), "it types while it is off");
}

static bool getty_asks(void *context)
{
	return screen_has(GETTY_VT, "login:");
}

/* In the middle of a number: its end, and the Enter, are never typed. */
static void lock_while_typing(void)
{
	struct awaited a = { "locked", results() };

	enter(NUMBER);
	poll(NULL, 0, 500);
	screen_lock(true);
	wait_until(is_result, &a, 20000, "the typing to stop");
	screen_lock(false);
	require(field_silent(2000), "it went on when the screen was unlocked");
	field_flush();
}

void test_wedge_locked(void)
{
	field_open("tty");
	configure("[wedge]\nenabled = yes\n", "[profile slow]\npace = 500\n[profile fast]\npace = 5\n");
	start_on();
	/* A text console runs what is typed into it. */
	refused_because("console");
	configure(on, "[profile slow]\npace = 500\n[profile fast]\npace = 5\n");
	start_on();
	typed();

	lock_while_typing();
	screen_lock(true);
	refused_because("locked");
	screen_lock(false);
	typed();

	/* The prompt of a login is nobody's session. */
	screen_show(GETTY_VT);
	shell("systemctl start getty@tty%d", GETTY_VT);
	wait_until(getty_asks, NULL, 30000, "the prompt of a login");
	refused_because("no-session");
	require(!screen_has(GETTY_VT, "1101"), "something was typed into the prompt of a login");
	shell("systemctl stop getty@tty%d", GETTY_VT);
	screen_show(FIELD_VT);
	require(field_silent(500), "something was typed into a session that is not at the screen");
}

/* ---- What is typed ---- */

static void choose(const char *profile)
{
	require(shell("runuser -u desk -- idcardctl wedge profile %s >/dev/null", profile) == 0,
		"there is no profile %s", profile);
}

static void place(const char *persona, const char *expected)
{
	struct awaited a = { "typed", results() };
	const char *line;

	sim("place %s", persona);
	line = field_next(20000);
	require(strcmp(line, expected) == 0, "\"%s\" was typed instead of \"%s\"", line, expected);
	wait_until(is_result, &a, 5000, "the end of the typing");
	lift();
}

/* In place of the desktop's: takes what it is given, and stays to offer it. */
static void make_clipboard(void)
{
	require(shell("rm -rf " CLIPBOARD " && mkdir -p " CLIPBOARD "/bin && chown desk " CLIPBOARD) == 0 &&
		shell("printf '%%s\\n' '#!/bin/sh' 'test \"$*\" = \"--type text/plain\" || exit 1' "
		      "'echo x >/tmp/wl-copy-was-here' 'cat >" CLIPBOARD "/text' "
		      "'sleep 1000 </dev/null & echo $! >" CLIPBOARD "/offers' >" CLIPBOARD "/bin/wl-copy && "
		      "chmod 0755 " CLIPBOARD "/bin/wl-copy") == 0 &&
		shell("systemd-run --quiet --collect --unit=suite-clipboard --uid=desk "
		      "-E WAYLAND_DISPLAY=wayland-0 -E PATH=" CLIPBOARD "/bin:/usr/bin:/bin "
		      "idcard-wedge --clipboard") == 0, "no helper");
}

static bool has_helper(void *context)
{
	json_t *status = wedge_ask("{\"class\":\"STATUS\"}", "STATUS");
	bool good = json_is_true(json_object_get(status, "clipboard"));

	json_decref(status);
	return good == *(bool *)context;
}

static bool is_cleared(void *context)
{
	return shell("! kill -0 $(cat " CLIPBOARD "/offers) 2>/dev/null") == 0;
}

static void test_clipboard(void)
{
	bool yes = true, no = false;

	choose("clip");
	card_refused_because("no-clipboard");
	make_clipboard();
	wait_until(has_helper, &yes, 20000, "the helper of the clipboard");
	place("resident", "110101190001010014\t\x16");
	require(shell("test \"$(cat " CLIPBOARD "/text)\" = 测试甲") == 0, "another text on the clipboard");
	require(!exists("/tmp/wl-copy-was-here"), "what wl-copy writes is in a file");
	wait_until(is_cleared, NULL, 10000, "the clipboard to be cleared");
	/* A program that fails: not even what comes before the name is typed. */
	shell("printf '#!/bin/sh\\nexit 1\\n' >" CLIPBOARD "/bin/wl-copy");
	card_refused_because("clipboard-failed");
	field_flush();
	shell("systemctl stop suite-clipboard");
	wait_until(has_helper, &no, 10000, "the helper to be gone");
	card_refused_because("no-clipboard");
	shell("rm -rf " CLIPBOARD);
}

void test_wedge_profiles(void)
{
	sim_start("split");
	sim("plug");
	ready();
	field_open("x11");
	configure("[wedge]\nenabled = yes\nmax_age = 60\nclear = 2\n",
		  "[profile number]\npace = 5\n"
		  "[profile form]\npace = 5\ntemplate = {id}{TAB}{name:escape}{TAB}{birth:%d.%m.%Y}{TAB}{valid_until?}\n"
		  "prefix = #\nsuffix = .\nterminator = enter\n"
		  "[profile latin]\npace = 5\ntemplate = {name_latin} {nationality}{ENTER}\n"
		  "[profile clip]\npace = 5\ntemplate = {id}{TAB}{name:clip}{ENTER}\npaste_wait = 20\n"
		  "[profile mixed]\npace = 5\nprefix = {id}: Number ={SPACE}\nsuffix = , (a_Z)\nterminator = enter\n"
		  "template = {id}\n"
		  "[profile cards]\npace = 5\nsource = card\n");
	start_on();
	place("resident", "110101190001010014");
	choose("form");
	place("resident", "#110101190001010014\t\\u6d4b\\u8bd5\\u7532\t01.01.1900\t.");
	choose("latin");
	place("foreigner_2023", "SAMPLE, TEST CARD XXX");
	refused_because("no-field");
	screen_caps_lock(true);
	place("foreigner_2023", "SAMPLE, TEST CARD XXX");
	choose("mixed");
	place("foreigner_2023", "91199919000101003X: Number = 91199919000101003X, (a_Z)");
	screen_caps_lock(false);
	place("foreigner_2023", "91199919000101003X: Number = 91199919000101003X, (a_Z)");
	choose("cards");
	place("foreigner_2023", "91199919000101003X");
	refused_because("not-wanted");
	require(shell("runuser -u desk -- idcardctl wedge profile none 2>/dev/null") == 1,
		"a profile that there is not");
	test_clipboard();
}
