// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * idcard-suite [TEST...]: run the tests named, or all, inside the guest; -TEST leaves one out of
 * all. A name may be a pattern, as transport-*.
 */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>

#include "util.h"

enum when { BOTH, MODULE };

static const struct {
	const char *name;
	void (*run)(void);
	enum when when;
	const char *what;
} tests[] = {
	{ "plug-split", test_plug_split, BOTH, "plug-in to /dev/idcard, split framing" },
	{ "plug-stream", test_plug_stream, BOTH, "plug-in to /dev/idcard, stream framing" },
	{ "placements", test_placements, BOTH, "200 placements, three reading programs" },
	{ "neighbours", test_neighbours, BOTH, "two vendor libraries and /dev/idcard on one reader" },
	{ "resting-card", test_resting_card, BOTH, "a card left lying gives one line" },
	{ "two-readers", test_two_readers, BOTH, "two readers at once" },
	{ "permissions", test_permissions, BOTH, "a stranger is refused everywhere" },
	{ "seat-user", test_seat_user, BOTH, "the user of the active seat is let in" },
	{ "daemon-killed", test_daemon_killed, BOTH, "idcardd killed during a read" },
	{ "card-stays", test_daemon_killed_card_stays, BOTH, "idcardd killed, the card stays" },
	{ "lost-events", test_lost_events, BOTH, "more events of udev than the daemon takes" },
	{ "bad-input-socket", test_bad_input_socket, BOTH, "junk on the socket" },
	{ "bad-input-node", test_bad_input_node, BOTH, "junk and entries on /dev/idcard" },
	{ "bad-input-raw", test_bad_input_raw, MODULE, "junk on the raw node" },
	{ "replug", test_replug_identities, BOTH, "50 replugs under reading programs" },
	{ "replug-raw", test_replug_raw, MODULE, "50 replugs under read and poll of the raw node" },
	{ "suspend", test_suspend, BOTH, "suspend while a program reads /dev/idcard" },
	{ "idle", test_idle, BOTH, "nobody watches: no wake-up in 30 s" },
	{ "latency", test_latency, BOTH, "last reply byte to line, and the floor" },
	{ "third-party", test_third_party, BOTH, "a foreign libusb program reads cards" },
	{ "watch-options", test_watch_options, BOTH, "fingerprints and appended addresses on demand" },
	{ "linked-private", test_linked_and_private, BOTH, "former numbers, private-use characters" },
	{ "transport-hid-raw", test_hid_raw, MODULE, "the whole path over HID, raw reports" },
	{ "transport-hid-length", test_hid_length, MODULE, "the whole path over HID, counted reports" },
	{ "transport-acm", test_acm, MODULE, "the whole path over a serial line on USB" },
	{ "transport-acm-stx", test_acm_stx, MODULE, "the same, a multi-in-one reader" },
	{ "transport-pty", test_pty, MODULE, "the whole path over a configured serial line" },
	{ "transport-pty-stx", test_pty_stx, MODULE, "the same, a multi-in-one reader" },
	{ "transport-strangers", test_strangers, MODULE, "what nobody named is never opened" },
	{ "faults", test_faults, BOTH, "every damage to a reply, 20 times" },
	{ "statuses", test_statuses, BOTH, "every status of the SAM, 20 times" },
	{ "portraits", test_portraits, BOTH, "portraits by decoder libraries, good and evil" },
	{ "scanners", test_scanners, BOTH, "keyboard-type scanners" },
	{ "wedge-off", test_wedge_off, MODULE, "the wedge types nothing unless it is asked to" },
	{ "wedge-locked", test_wedge_locked, MODULE, "the wedge and locked screens, consoles, logins" },
	{ "wedge-profiles", test_wedge_profiles, MODULE, "profiles of the wedge, Chinese, the clipboard" },
	{ "wedge-numbers", test_wedge_numbers, MODULE, "1,000 numbers typed into a terminal" },
	{ "drop", test_drop, MODULE, "files of a card in a user's folder, for a time" },
	{ "web", test_web, BOTH, "idcard-web in its sandbox" },
	{ "pids", test_pids, BOTH, "the number of a process opens nothing" },
	{ "crowd", test_crowd, BOTH, "hostile neighbours" },
	{ "sandbox", test_sandbox, BOTH, "what each service cannot do" },
	{ "doctor", test_doctor, BOTH, "doctor: the right step is named, and nobody" },
	{ "chaos", test_chaos, BOTH, "everything goes wrong at once" },
	{ "lost-readers", test_lost_readers, BOTH, "unplugged in mid-reply, dead SAMs, 20 times" },
};

static jmp_buf escape;
static char notes[4096];
static char reason[1024];
static int kmsg = -1;

void suite_fail(const char *file, int line, const char *format, ...)
{
	const char *base = strrchr(file, '/');
	va_list ap;
	int n = snprintf(reason, sizeof(reason), "%s:%d: ", base ? base + 1 : file, line);

	va_start(ap, format);
	vsnprintf(reason + n, sizeof(reason) - n, format, ap);
	va_end(ap);
	longjmp(escape, 1);
}

void suite_note(const char *format, ...)
{
	size_t n = strlen(notes);
	va_list ap;

	n += snprintf(notes + n, sizeof(notes) - n, "%s", n ? "; " : "");
	va_start(ap, format);
	vsnprintf(notes + n, sizeof(notes) - n, format, ap);
	va_end(ap);
}

bool suite_module(void)
{
	const char *mode = getenv("IDCARD_MODE");

	return !mode || strcmp(mode, "libusb") != 0;
}

unsigned int rounds(unsigned int n)
{
	const char *share = getenv("IDCARD_SHARE");
	unsigned int percent = share ? strtoul(share, NULL, 10) : 100;
	unsigned int part = n * percent / 100 ? n * percent / 100 : 1;

	if (part != n)
		suite_note("only %u of %u", part, n);
	return part;
}

bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static bool file_is_there(void *context)
{
	return exists(*(const char **)context);
}

uint64_t wait_for_file(const char *path, unsigned int ms)
{
	return wait_until(file_is_there, &path, ms, path);
}

unsigned int pick(unsigned int below)
{
	return (unsigned int)random() % below;
}

/* From here on every kernel message counts. */
void kernel_log_begin(void)
{
	kmsg = safe_close(kmsg);
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	require(kmsg >= 0 && lseek(kmsg, 0, SEEK_END) >= 0, "/dev/kmsg: %s", strerror(errno));
}

/* What the kernel said, and what it says of it next: the calls that led there. */
static void kernel_failed(const char *what)
{
	char record[2048];
	ssize_t n;

	for (int i = 0; i < 200 && ((n = read(kmsg, record, sizeof(record) - 1)) > 0); i++) {
		record[n] = '\0';
		if (strstr(record, "vhci_hcd"))
			continue;
		printf("# %s", strchr(record, ';') ?: record);
	}
	fail("kernel: %s", what);
}

void kernel_log_check(void)
{
	static const char *const bad[] = { "WARNING:", "BUG:", "Oops", "Call Trace", "refcount",
					   "use-after-free", "hung task", "blocked for more" };
	char record[2048];
	ssize_t n;

	while ((n = read(kmsg, record, sizeof(record) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		/* So many that some are lost already. */
		if (n < 0)
			continue;
		record[n] = '\0';
		for (size_t i = 0; i < ELEMENTSOF(bad); i++)
			if (strstr(record, bad[i]))
				kernel_failed(record);
	}
}

static bool run(size_t i)
{
	uint64_t start = now_usec();
	volatile bool good = false;

	notes[0] = '\0';
	if (setjmp(escape) == 0) {
		kernel_log_begin();
		tests[i].run();
		kernel_log_check();
		good = true;
	}
	printf("%s %s: %s%s%s (%.1f s)\n", good ? "ok" : "not ok", suite_module() ? "module" :
	       "libusb", tests[i].what, notes[0] ? ": " : "", notes,
	       (double)(now_usec() - start) / 1e6);
	if (!good) {
		printf("# %s\n", reason);
		shell("journalctl -q -b -n 120 --no-hostname -o short-monotonic "
		      "_SYSTEMD_UNIT=idcardd.service + _SYSTEMD_UNIT=idcard-node.service + "
		      "_TRANSPORT=kernel | sed 's/^/# /'");
	}
	fflush(stdout);
	/* First: a test may have failed as another user, who can end nothing. */
	crowd_clear();
	lines_close_all();
	watch_close_all();
	chaos_clear();
	sim_stop();
	settings_clear();
	wedge_clear();
	sandbox_clear();
	expect_transport(NULL);
	return good;
}

static bool chosen(const char *name, int argc, char **argv)
{
	bool all = argc < 2 || argv[1][0] == '-';

	for (int i = 1; i < argc; i++)
		if (fnmatch(argv[i] + all, name, 0) == 0)
			return !all;
	return all;
}

int main(int argc, char **argv)
{
	const char *given = getenv("SEED");
	unsigned int seed = given ? strtoul(given, NULL, 0) : (unsigned int)now_usec();
	bool good = true;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# SEED=%u\n", seed);
	srandom(seed);
	for (size_t i = 0; i < ELEMENTSOF(tests); i++)
		if (chosen(tests[i].name, argc, argv) && (tests[i].when == BOTH || suite_module()))
			good = run(i) && good;
	return good ? 0 : 1;
}
