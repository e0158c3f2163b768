// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sandbox of each service, by attempts from inside: idcard-probe runs in place of the program,
 * by a drop-in that changes nothing else. What is allowed must be meant so, and the attempt must
 * work outside, as root, or it would prove nothing.
 */
#include "suite.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <net/if.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../probe/probe.h"
#include "util.h"

#define PROBE "/usr/lib/idcard-tests/idcard-probe"
#define RESULTS "/run/idcard-probe-results"

enum {
	RESULTS_MAX = 256,
	NOBODY = 65534,
};

struct result {
	char name[32];
	int error;
};

struct results {
	struct result list[RESULTS_MAX];
	size_t n;
};

static const struct {
	const char *name;
	const char *arguments;	/* of the probe */
} units[] = {
	{ "idcardd.service", "" },
	{ "idcard-node.service", "idcard" },
	{ "idcard-web.service", "" },
	{ "idcard-wedge.service", "" },
	{ "idcard-scan.service", "" },
	{ "idcard-modules.service", "" },
};

/* What a service may do of all that is attempted, and why. */
static const struct {
	const char *attempt, *unit, *reason;
} intents[] = {
#include "sandbox-intents.h"
};

/*
 * What must be refused to a service even if it were root with every capability: by the rules of
 * devices and system calls alone.
 */
static const char *const firm[] = {
	"device-*", "mknod-*", "socket-inet-raw", "socket-packet", "socket-vsock", "socket-alg", "mount",
	"bind-mount", "fsopen", "chroot", "bpf", "perf", "init-module", "finit-module", "delete-module",
	"kexec", "reboot", "swapon", "settimeofday", "clock-settime", "hostname", "unshare-*",
	"clone-user", "clone3-user", "setns", "setns-init", "ioperm", "iopl", "acct", "open-by-handle",
	"realtime", "call-32", "modify-ldt", "map-write-exec", "protect-exec", "personality", "write-etc",
	"write-usr", "write-var", "write-log", "write-run", "write-opt", "write-mnt", "write-home", "write-root", "read-home", "read-root", "change-sysctl",
	"change-core-pattern", "change-sysrq", "kernel-log", "setuid-file", "setgid-file", "steal-fd",
	"ptrace", "read-memory", "userfaultfd", "io-uring",
};

static int listener = -1;
static pid_t victim;

static const struct result *find(const struct results *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->list[i].name, name) == 0)
			return &r->list[i];
	return NULL;
}

static void read_results(FILE *f, struct results *ret, const char *what)
{
	ret->n = 0;
	while (f && ret->n < RESULTS_MAX &&
	       fscanf(f, "%31s %d", ret->list[ret->n].name, &ret->list[ret->n].error) == 2)
		ret->n++;
	require(ret->n && ret->n < RESULTS_MAX && find(ret, "end"), "%s: the probe did not come to its end", what);
	ret->n--;
}

/* An address that is not loopback, on the one interface that is there. */
static void add_address(void)
{
	struct ifreq r = { .ifr_name = "lo:1" };
	struct sockaddr_in *a = (struct sockaddr_in *)&r.ifr_addr;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	a->sin_family = AF_INET;
	inet_pton(AF_INET, PROBE_OUTSIDE, &a->sin_addr);
	require(fd >= 0 && ioctl(fd, SIOCSIFADDR, &r) == 0, "no address " PROBE_OUTSIDE);
	close(fd);
}

static void start_listener(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(PROBE_PORT) };
	int on = 1;

	listener = safe_close(listener);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	require(bind(listener, (struct sockaddr *)&a, sizeof(a)) == 0 && listen(listener, 64) == 0,
		"nobody listens");
}

static void start_victim(void)
{
	victim = fork();
	if (victim == 0) {
		if (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
			_exit(1);
		execl("/bin/sleep", "sleep", "infinity", NULL);
		_exit(1);
	}
}

static void prepare(void)
{
	require(shell("modprobe -a uinput cuse loop; mkdir -p " PROBE_HOME " /etc/idcard && "
		      "echo secret >" PROBE_HOME PROBE_SECRET " && echo secret >/root" PROBE_SECRET " && "
		      "chmod 755 " PROBE_HOME " && chmod 644 " PROBE_HOME PROBE_SECRET) == 0,
		"nothing to be attempted");
	add_address();
	start_listener();
	start_victim();
}

void sandbox_clear(void)
{
	if (victim <= 0)
		return;
	kill(victim, SIGKILL);
	waitpid(victim, NULL, 0);
	victim = 0;
	listener = safe_close(listener);
	shell("rm -rf /run/systemd/system/*.service.d/probe.conf " PROBE_HOME " /root" PROBE_SECRET "; "
	      "systemctl daemon-reload");
}

static void try_outside(struct results *ret)
{
	char command[128];
	FILE *f;

	snprintf(command, sizeof(command), PROBE " %d", (int)victim);
	f = popen(command, "r");
	read_results(f, ret, "outside");
	pclose(f);
}

static void try_inside(const char *unit, const char *arguments, const char *more,
		       struct results *ret)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/run/systemd/system/%s.d", unit);
	require(shell("mkdir -p %s", path) == 0, "no %s", path);
	snprintf(path, sizeof(path), "/run/systemd/system/%s.d/probe.conf", unit);
	f = fopen(path, "we");
	require(f, "no %s", path);
	fprintf(f, "[Service]\nType=oneshot\nExecStart=\nExecStart=" PROBE " %d %s\nRestart=no\n"
		"TimeoutStartSec=%u\nRemainAfterExit=no\nStandardOutput=truncate:" RESULTS "\nStandardError=null\n%s",
		(int)victim, arguments, slow(300), more);
	fclose(f);
	unlink(RESULTS);
	require(shell("systemctl daemon-reload && systemctl stop %s && systemctl reset-failed %s; "
		      "systemctl start %s", unit, unit, unit) == 0, "%s: the probe does not run", unit);
	f = fopen(RESULTS, "re");
	read_results(f, ret, unit);
	fclose(f);
	unlink(path);
}

static const char *reason_of(const char *attempt, const char *unit)
{
	for (size_t i = 0; i < ELEMENTSOF(intents); i++)
		if (fnmatch(intents[i].attempt, attempt, 0) == 0 &&
		    fnmatch(intents[i].unit, unit, 0) == 0)
			return intents[i].reason;
	return NULL;
}

static bool is_firm(const char *attempt)
{
	for (size_t i = 0; i < ELEMENTSOF(firm); i++)
		if (fnmatch(firm[i], attempt, 0) == 0)
			return true;
	return false;
}

/* How many were allowed that must not be. */
static unsigned int judge(const char *unit, const struct results *outside,
			  const struct results *inside, bool as_root)
{
	unsigned int attempts = 0, denied = 0, meant = 0, bad = 0;

	for (size_t i = 0; i < inside->n; i++) {
		const struct result *r = &inside->list[i], *control = find(outside, r->name);
		const char *reason = reason_of(r->name, unit);

		if (!control || control->error || (as_root && !is_firm(r->name)))
			continue;
		attempts++;
		denied += r->error != 0;
		if (r->error)
			continue;
		meant += reason != NULL;
		bad += !reason;
		if (!as_root || !reason)
			printf("# %s: %s: %s\n", unit, r->name, reason ? reason : "ALLOWED");
	}
	printf("# sandbox of %s%s: %u attempts, %u denied, %u allowed by intent, %u more\n", unit,
	       as_root ? " as root with all capabilities" : "", attempts, denied, meant, bad);
	return bad;
}

/* Of the unit as it is installed. */
static double exposure(const char *unit)
{
	char command[160], line[256];
	double value = -1;
	FILE *f;

	snprintf(command, sizeof(command), "systemd-analyze security --no-pager %s 2>/dev/null", unit);
	f = popen(command, "r");
	while (f && fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, "Overall exposure level for ");

		if (at && (at = strstr(at, ": ")))
			value = strtod(at + 2, NULL);
	}
	if (f)
		pclose(f);
	require(value >= 0, "%s is not rated", unit);
	return value;
}

static void rate_all(void)
{
	double worst = 0;

	for (size_t i = 0; i < ELEMENTSOF(units); i++) {
		double value = exposure(units[i].name);

		printf("# exposure of %s as installed: %.1f\n", units[i].name, value);
		worst = value > worst ? value : worst;
	}
	require(worst <= 1.5, "a unit is exposed by %.1f", worst);
	suite_note("exposure at most %.1f", worst);
}

void test_sandbox(void)
{
	static struct results outside, inside;
	unsigned int bad = 0, works = 0;

	sim_start("split");
	sim("plug");
	ready();
	rate_all();
	services_stop();
	prepare();
	try_outside(&outside);
	for (size_t i = 0; i < outside.n; i++) {
		works += outside.list[i].error == 0;
		if (outside.list[i].error)
			printf("# not here: %s (%d)\n", outside.list[i].name, outside.list[i].error);
	}
	for (size_t i = 0; i < ELEMENTSOF(units); i++) {
		try_inside(units[i].name, units[i].arguments, "", &inside);
		bad += judge(units[i].name, &outside, &inside, false);
		try_inside(units[i].name, "", "User=root\nGroup=root\nCapabilityBoundingSet=~\n", &inside);
		bad += judge(units[i].name, &outside, &inside, true);
	}
	sandbox_clear();
	require(bad == 0, "%u attempts were not denied", bad);
	suite_note("%u kinds of attempt that work outside, in %zu services", works, ELEMENTSOF(units));
}
