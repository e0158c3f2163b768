// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * raw-life [TEST...]: the kernel module's life cycle, with simulated readers, in the guest: the
 * tests named, or all; -TEST leaves one out of all. Each runs in a process of its own.
 *
 *	SEED=n		the same random numbers again
 *	CYCLES=n	of the tests that repeat something
 *	IDCARD_SLOW=n	this kernel is so many times slower
 */
#include "life.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { SKIPPED = 77 };

static const struct {
	const char *name;
	void (*run)(struct raw *w);
	const char *what;
} tests[] = {
	{ "unplug", life_unplug, "unplugged under callers in every call" },
	{ "in-use", life_unload_in_use, "rmmod with the node open is refused" },
	{ "unload-race", life_unload_race, "rmmod while it is opened" },
	{ "unbind", life_unbind, "unbound with the node open, and bound again" },
	{ "authorized", life_authorized, "not authorized with the node open, and again" },
	{ "states", life_states, "reset in every state of an exchange" },
	{ "reset-race", life_reset_race, "resets from two sides, in traffic" },
	{ "sleep", life_sleep, "asleep in every state of an exchange" },
	{ "pair", life_pair, "one reader comes and goes, the other works" },
	{ "readers", life_readers, "who does not want to wait does not, beside those who do" },
	{ "silent", life_silent, "a reader that stops answering" },
	{ "silent-reset", life_silent_reset, "reset of a reader that stopped answering" },
	{ "alloc-probe", life_alloc_probe, "each allocation of probe fails once" },
	{ "alloc-open", life_alloc_open, "each allocation of open fails once" },
	{ "alloc-exchange", life_alloc_exchange, "each allocation of a request fails once" },
	{ "leaks", life_leaks, "nothing leaked" },
};

/* Shared with the test's process. */
static struct shared {
	char notes[2048];
	char reason[256];
	pid_t sims[8];
	unsigned int n_sims;
} *shared;

static unsigned int seed;
static int kmsg = -1;

void note(const char *format, ...)
{
	size_t n = strlen(shared->notes);
	va_list ap;

	n += snprintf(shared->notes + n, sizeof(shared->notes) - n, "%s", n ? "; " : ": ");
	va_start(ap, format);
	vsnprintf(shared->notes + n, sizeof(shared->notes) - n, format, ap);
	va_end(ap);
}

void skip(const char *reason)
{
	snprintf(shared->reason, sizeof(shared->reason), "%s", reason);
	_exit(SKIPPED);
}

unsigned int pick(unsigned int below)
{
	return (unsigned int)rand_r(&seed) % below;
}

static void start_sim(const char *socket, const char *framing, const char *number)
{
	const char *const argv[] = { "idcard-sim", "--socket", socket, "--framing", framing,
				     "--scale", "0", "--sam-number", number, "--personas",
				     "/usr/lib/idcard-tests/personas", NULL };
	uint64_t end = now_ms() + slow(10000);
	pid_t pid;

	check(shared->n_sims < ELEMENTSOF(shared->sims));
	unlink(socket);
	pid = fork();
	check(pid >= 0);
	if (pid == 0) {
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	shared->sims[shared->n_sims++] = pid;
	while (access(socket, F_OK) < 0 && now_ms() < end)
		poll(NULL, 0, 5);
	check(access(socket, F_OK) == 0);
}

/* Their sockets may outlive the reader that a test before had. */
static void stop_sims(void)
{
	while (shared->n_sims) {
		pid_t pid = shared->sims[--shared->n_sims];

		kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
	}
}

void life_sim(const char *framing)
{
	start_sim("/run/idcard-sim/control", framing, "0");
}

void life_sim_second(const char *framing)
{
	start_sim(LIFE_SECOND, framing, "1");
}

bool wait_for(bool (*condition)(const void *context), const void *context, unsigned int ms)
{
	uint64_t end = now_ms() + slow(ms);

	while (!condition(context)) {
		if (now_ms() >= end)
			return false;
		poll(NULL, 0, 2);
	}
	return true;
}

unsigned long sim_stat(const char *key)
{
	char pattern[64];
	const char *found;

	snprintf(pattern, sizeof(pattern), " %s=", key);
	found = strstr(sim("stats"), pattern);
	check(found);
	return strtoul(found + strlen(pattern), NULL, 10);
}

void check_works(struct raw *w)
{
	check(raw_exchange(w, 0x12ff, 0x90) == 27);
	check(raw_exchange(w, 0x11ff, 0x90) == 11);
}

static void log_begin(void)
{
	kmsg = safe_close(kmsg);
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	check(kmsg >= 0 && lseek(kmsg, 0, SEEK_END) >= 0);
}

/* What the kernel only says when something is wrong. */
static bool log_clean(void)
{
	static const char *const bad[] = { "WARNING:", "BUG:", "Oops", "Call Trace", "refcount",
					   "use-after-free", "hung task", "blocked for more",
					   "KASAN", "possible recursive", "circular locking",
					   "ODEBUG", "submitted while active" };
	char record[2048];
	bool clean = true;
	ssize_t n;

	while ((n = read(kmsg, record, sizeof(record) - 1)) > 0) {
		record[n] = 0;
		for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
			if (!strstr(record, bad[i]))
				continue;
			printf("# kernel: %s", record);
			clean = false;
			break;
		}
	}
	return clean;
}

/* The reader goes when its simulation ends; the kernel takes its time. */
static bool no_reader(const void *context)
{
	return system("ls /sys/devices/platform/vhci_hcd.0/usb*/[0-9]*-[1-9]* >/dev/null 2>&1") != 0;
}

static int run_forked(size_t i)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	check(pid >= 0);
	if (pid == 0) {
		struct raw w = { .node = LIFE_NODE, .framing = -1, .fd = -1 };

		/* What a test leaves running ends with it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		raw_case(tests[i].what);
		tests[i].run(&w);
		check_nothing_left();
		fflush(stdout);
		_exit(0);
	}
	check(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool run(size_t i, unsigned int first_seed)
{
	uint64_t start = now_ms();
	bool good;
	int status;

	memset(shared, 0, sizeof(*shared));
	seed = first_seed;
	log_begin();
	status = run_forked(i);
	stop_sims();
	wait_for(no_reader, NULL, 10000);
	good = log_clean() && (status == 0 || status == SKIPPED);
	if (status == SKIPPED && good)
		printf("skipped - life: %s: %s\n", tests[i].what, shared->reason);
	else
		printf("%s - life: %s%s (%.1f s)\n", good ? "ok" : "not ok", tests[i].what,
		       shared->notes, (double)(now_ms() - start) / 1e3);
	fflush(stdout);
	return good;
}

static bool chosen(const char *name, int argc, char **argv)
{
	bool all = argc < 2 || argv[1][0] == '-';

	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i] + all, name))
			return !all;
	return all;
}

int main(int argc, char **argv)
{
	const char *given = getenv("SEED");
	unsigned int first_seed = given ? strtoul(given, NULL, 0) : (unsigned int)now_usec();
	bool good = true;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# SEED=%u\n", first_seed);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	check(shared != MAP_FAILED);
	/* Simulated readers that a test started are ours to end. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	/* Nothing else may hold a node. */
	check(system("mkdir -p /run/idcard-sim; modprobe vhci_hcd; modprobe idcard;"
		     "systemctl stop idcardd.service idcard-node.service 2>/dev/null;"
		     "systemctl mask --quiet --runtime idcardd.service idcard-node.service") == 0);
	for (size_t i = 0; i < ELEMENTSOF(tests); i++)
		if (chosen(tests[i].name, argc, argv))
			good = run(i, first_seed) && good;
	check(system("systemctl unmask --quiet --runtime idcardd.service idcard-node.service") == 0);
	return good ? 0 : 1;
}
