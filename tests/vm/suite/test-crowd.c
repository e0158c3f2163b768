// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hostile neighbours: CROWD clients (default 200) of several users misbehave at the socket, at
 * /dev/idcard and at the web service, while honest ones each get each placement exactly once.
 */
#include "suite.h"

#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "util.h"

enum {
	DEFAULT_CROWD = 200,
	HONEST_UID = 6000,
	PLACEMENTS = 12,
	LINE_MS = 60000,
	READY_MS = 240000,
	CALM_MS = 60000,
	PROCESSES_MAX = 16,
	SLACK_KIB = 6 * 1024,	/* of memory, afterwards */
	SLACK_FDS = 2,
};

static struct crowd_service services[CROWD_SERVICES];
static size_t n_services;

struct footprint {
	unsigned long rss, peak;	/* KiB */
	unsigned int fds;
};

static struct {
	pid_t pid;
	struct crowd_report *report;
} crowd[PROCESSES_MAX];

static size_t n_crowd;
static struct crowd_report *reports;

/* The peak counts from the last call on. */
static struct footprint footprint(const struct crowd_service *s)
{
	struct footprint f = {};
	pid_t pid = s->pid;
	char path[64], line[256];
	glob_t found;
	FILE *file;

	require(pid > 0, "%s does not run", s->name);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		sscanf(line, "VmRSS: %lu", &f.rss);
		sscanf(line, "VmHWM: %lu", &f.peak);
	}
	require(file, "%s", path);
	fclose(file);
	snprintf(path, sizeof(path), "/proc/%d/fd/*", (int)pid);
	if (glob(path, GLOB_NOSORT, NULL, &found) == 0) {
		f.fds = found.gl_pathc;
		globfree(&found);
	}
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", (int)pid);
	file = fopen(path, "we");
	require(file && fputs("5", file) >= 0 && fclose(file) == 0, "%s", path);
	return f;
}

/* ---- The honest ---------------------------------------------------------------------------- */

struct honest {
	idcard_client *root, *user;
	struct crowd_way ways[CROWD_WAYS];	/* others, as there are where it runs */
	size_t n_ways;
};

static void become(uid_t uid)
{
	const struct group *g = getgrnam("idcard");
	gid_t group = g ? g->gr_gid : 0;

	require(seteuid(0) == 0 && setgroups(uid != 0, &group) == 0 && seteuid(uid) == 0,
		"cannot be user %u", (unsigned int)uid);
}

static struct honest come(void)
{
	struct honest h = { .root = watch_open() };

	become(HONEST_UID);
	h.user = watch_open();
	become(0);
	h.n_ways = crowd_ground_ways(h.ways);
	return h;
}

static void expect_lines(const struct honest *h, const struct persona_number *p)
{
	for (size_t i = 0; i < h->n_ways; i++)
		require(strstr(lines_next(h->ways[i].lines, LINE_MS), p->number), "%s: another person",
			h->ways[i].name);
}

static void expect_object(idcard_client *c, const struct persona_number *p, const char *who)
{
	json_t *identity = watch_next(c, "IDENTITY", NULL, LINE_MS);

	require(strcmp(get(identity, "id_number"), p->number) == 0, "%s: another person", who);
	json_decref(identity);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Each has each placement; the median of what it took to the first of them, in microseconds. */
static uint64_t placements(const struct honest *h, const char *what)
{
	uint64_t took[PLACEMENTS], all[PLACEMENTS];

	for (unsigned int i = 0; i < PLACEMENTS; i++) {
		const struct persona_number *p = &personas[i % ELEMENTSOF(personas)];
		uint64_t begun = now_usec();

		sim("place %s", p->persona);
		expect_object(h->user, p, "the user's program");
		took[i] = now_usec() - begun;
		expect_object(h->root, p, "root's program");
		expect_lines(h, p);
		all[i] = now_usec() - begun;
		lift();
	}
	qsort(took, PLACEMENTS, sizeof(*took), by_size);
	qsort(all, PLACEMENTS, sizeof(*all), by_size);
	printf("# %s: an identity to the user's program in %u ms (median), %u ms (longest); "
	       "to all in %u ms, %u ms\n", what,
	       (unsigned int)(took[PLACEMENTS / 2] / 1000),
	       (unsigned int)(took[PLACEMENTS - 1] / 1000),
	       (unsigned int)(all[PLACEMENTS / 2] / 1000),
	       (unsigned int)(all[PLACEMENTS - 1] / 1000));
	return took[PLACEMENTS / 2];
}

static bool has_identity(idcard_client *c)
{
	const char *line;

	while (idcard_client_receive(c, 0, &line) > 0)
		if (strstr(line, "\"class\":\"IDENTITY\""))
			return true;
	return false;
}

static void nothing_more(const struct honest *h)
{
	for (size_t i = 0; i < h->n_ways; i++)
		require(lines_silent(h->ways[i].lines, 300), "%s: more than was placed", h->ways[i].name);
	require(!has_identity(h->root) && !has_identity(h->user), "more than was placed");
}

/* ---- The crowd ----------------------------------------------------------------------------- */

static void knock(struct crowd_report *r, unsigned int unused)
{
	crowd_knock(r);
}

void crowd_start_one(uid_t uid, bool member,
		     void (*run)(struct crowd_report *r, unsigned int n), unsigned int n)
{
	struct crowd_report *r = &reports[n_crowd];
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (crowd_become(uid, member))
			run(r, n);
		_exit(1);
	}
	require(pid > 0 && n_crowd < PROCESSES_MAX, "no process");
	crowd[n_crowd].pid = pid;
	crowd[n_crowd++].report = r;
}

/* Honest clients read what there is meanwhile, too. */
static bool all_ready(void *context)
{
	const struct honest *h = context;

	require(!has_identity(h->root) && !has_identity(h->user), "a card that was not placed");
	for (size_t i = 0; i < n_crowd; i++) {
		require(waitpid(crowd[i].pid, NULL, WNOHANG) == 0, "a part of the crowd is gone");
		if (!crowd[i].report->ready)
			return false;
		if (crowd[i].report->ready == 1) {
			crowd[i].report->ready = 2;
			printf("# part %zu is there\n", i);
		}
	}
	return true;
}

void crowd_clear(void)
{
	for (size_t i = 0; i < n_crowd; i++) {
		kill(crowd[i].pid, SIGKILL);
		waitpid(crowd[i].pid, NULL, 0);
	}
	n_crowd = 0;
	if (seteuid(0) < 0 || setgroups(0, NULL) < 0)
		_exit(1);
}

static unsigned int crowd_size(void)
{
	const char *given = getenv("CROWD");

	return given ? strtoul(given, NULL, 10) : DEFAULT_CROWD;
}

static void say_socket(unsigned int clients)
{
	unsigned int let_in = 0, refused = 0, unsaid = 0, again = 0, too_many = 0, bytes = 0;

	for (size_t i = 0; i < CROWD_USERS; i++) {
		const struct crowd_report *r = crowd[i].report;

		require(r->let_in + r->unsaid <= CROWD_PER_UID, "a user has %u connections", r->let_in);
		let_in += r->let_in;
		refused += r->refused;
		unsaid += r->unsaid;
		again += r->reconnected;
		too_many += r->too_many;
		bytes += r->bytes;
	}
	printf("# socket: %u clients of %d users: %u let in, %u refused and told so, %u without a word; %u came "
	       "again, %u requests too many, %u MiB sent\n", clients, (int)CROWD_USERS, let_in, refused,
	       unsaid, again, too_many, bytes);
	require(unsaid == 0, "%u got no word", unsaid);
}

static void start_crowd(unsigned int clients, struct honest *h)
{
	size_t n = sizeof(*reports) * PROCESSES_MAX;

	reports = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	require(reports != MAP_FAILED, "no memory");
	for (unsigned int i = 0; i < CROWD_USERS; i++)
		crowd_start_one(CROWD_UID + i, true, crowd_socket, clients / CROWD_USERS);
	crowd_start_one(CROWD_STRANGER, false, knock, 0);
	crowd_ground_rude(clients);
	printf("# the crowd is there after %u ms\n",
	       (unsigned int)(wait_until(all_ready, h, READY_MS, "the crowd") / 1000));
}

static void say_stranger(void)
{
	const struct crowd_report *stranger = &reports[CROWD_USERS];

	printf("# stranger: came %u times, of those looked at %u refused and told so, %u let in\n",
	       stranger->reconnected, stranger->refused, stranger->let_in);
	require(stranger->let_in == 0, "a stranger was let in");
}

struct footprints {
	struct footprint before, with, after;
};

/* The crowd is gone: what it had, too. */
static bool is_calm(void *context)
{
	struct footprints *f = context;
	bool calm = true;

	for (size_t i = 0; i < n_services; i++) {
		f[i].after = footprint(&services[i]);
		calm = calm && f[i].after.rss <= f[i].before.rss + SLACK_KIB &&
		       f[i].after.fds <= f[i].before.fds + SLACK_FDS;
	}
	return calm;
}

static void say_footprints(const struct footprints *f)
{
	for (size_t i = 0; i < n_services; i++)
		printf("# %s: %lu KiB before, %lu at most with the crowd, %lu after; descriptors %u, %u, %u\n",
		       services[i].name, f[i].before.rss, f[i].with.peak, f[i].after.rss,
		       f[i].before.fds, f[i].with.fds, f[i].after.fds);
}

void test_crowd(void)
{
	struct footprints f[CROWD_SERVICES] = {};
	unsigned int clients = crowd_size();
	uint64_t alone, crowded, begun;
	bool calm;
	struct honest h, late;

	crowd_ground_begin();
	n_services = crowd_ground_services(services);
	h = come();
	alone = placements(&h, "alone");
	for (size_t i = 0; i < n_services; i++)
		f[i].before = footprint(&services[i]);

	start_crowd(clients, &h);
	crowded = placements(&h, "with the crowd");
	/* Who comes late is let in, too. */
	become(HONEST_UID + 1);
	begun = now_usec();
	late.user = watch_open();
	printf("# who came late was answered after %u ms\n", (unsigned int)((now_usec() - begun) / 1000));
	become(0);
	sim("place resident");
	expect_object(late.user, &personas[0], "who came late");
	expect_object(h.user, &personas[0], "the user's program");
	expect_object(h.root, &personas[0], "root's program");
	expect_lines(&h, &personas[0]);
	lift();
	nothing_more(&h);
	for (size_t i = 0; i < n_services; i++)
		f[i].with = footprint(&services[i]);
	say_socket(clients);
	say_stranger();
	crowd_ground_say(reports + CROWD_USERS + 1);

	crowd_clear();
	calm = comes_true(is_calm, f, CALM_MS);
	say_footprints(f);
	require(calm, "the memory and the descriptors of the crowd are not free");
	placements(&h, "afterwards");
	nothing_more(&h);
	suite_note("%u clients; the delay is %.1f times that without them; nobody lost anything", clients,
		   (double)crowded / (double)alone);
	crowd_ground_end();
}
