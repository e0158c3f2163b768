// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libsdtapi.so in the life of a program: cables, daemons that go, hang and come, threads, children,
 * signals; and what it leaves behind.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../range.h"
#include "tests/compat/rig.h"
#include "tests/compat/sdt.h"
#include "util.h"

enum {
	P = 1001,
	UNPLUGGED_MS = 50,
	TRIES = 5,
};

static struct sdt sdt;

static int set_up(void **state)
{
	rig_start(&(struct rig_setup){});
	sdt_load(&sdt, "libsdtapi.so");
	return 0;
}

static int tear_down(void **state)
{
	if (sdt.library)
		sdt_unload(&sdt);
	assert_int_equal(rig_stop(), 0);
	return 0;
}

static void open_port(void)
{
	assert_int_equal(sdt.SDT_OpenPort(P), 0x90);
}

static void read_card(void)
{
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x90);
}

/* Of opening @port, which fails: the best of some, because the machine may be busy with others. */
static double fail_ms(int port)
{
	double best = 1e9;

	for (int i = 0; i < TRIES; i++) {
		uint64_t begun = now_usec();
		double ms;

		assert_int_equal(sdt.SDT_OpenPort(port), 0x01);
		ms = (double)(now_usec() - begun) / 1e3;
		best = ms < best ? ms : best;
	}
	return best;
}

static void assert_all_fail_fast(const char *what)
{
	double worst = 0;

	for (int port = 1; port <= 1016; port++) {
		double ms;

		if (port == 2 || port == P || (port > 16 && port < 1001))
			continue;
		ms = fail_ms(port);
		worst = ms > worst ? ms : worst;
	}
	print_message("# an unplugged port, %s: %.2f ms\n", what, worst);
	assert_true(worst < UNPLUGGED_MS);
}

static void test_unplugged(void **state)
{
	assert_all_fail_fast("with a daemon");
	rig_sim("unplug");
	while (sdt.SDT_OpenPort(P) == 0x90)
		poll(NULL, 0, 5);
	assert_true(fail_ms(P) < UNPLUGGED_MS);
	rig_daemon_end(SIGTERM);
	assert_all_fail_fast("when there was a daemon");
	assert_int_equal(unlink(rig_path("hub")), 0);
	assert_all_fail_fast("without a daemon");
}

/* One that hangs is waited for once, and not at each port that is tried. */
static void test_daemon_hangs(void **state)
{
	uint64_t begun = now_usec();

	kill(rig_daemon(), SIGSTOP);
	for (int port = 1001; port <= 1016; port++)
		assert_int_equal(sdt.SDT_OpenPort(port), 0x01);
	for (int port = 1; port <= 16; port++)
		assert_int_equal(sdt.SDT_GetSAMStatus(port, 1), 0x01);
	/* two seconds for each of them would be a minute */
	assert_within((now_usec() - begun) / 1000, 1500, 15000);
	kill(rig_daemon(), SIGCONT);
	begun = now_usec();
	while (sdt.SDT_OpenPort(P) != 0x90) {
		assert_true(now_usec() - begun < 20000000);
		poll(NULL, 0, 20);
	}
}

/* In the middle of a card: the call has an end, and later calls find the daemon again. */
static void test_daemon_hangs_at_a_card(void **state)
{
	uint64_t begun = now_usec();

	open_port();
	kill(rig_daemon(), SIGSTOP);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x02);
	assert_within((now_usec() - begun) / 1000, 3000, 15000);
	begun = now_usec();
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x02);
	assert_true(now_usec() - begun < 1900000);
	kill(rig_daemon(), SIGCONT);
	begun = now_usec();
	while (sdt.SDT_OpenPort(P) != 0x90) {
		assert_true(now_usec() - begun < 20000000);
		poll(NULL, 0, 20);
	}
	rig_sim("place resident");
	sdt_take(&sdt, P, 0);
	read_card();
}

/* A program that asks all the time, with its port open, finds the daemon when it goes on. */
static void test_asked_while_silent(void **state)
{
	uint64_t begun;
	int r;

	open_port();
	kill(rig_daemon(), SIGSTOP);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x02);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x02);
	kill(rig_daemon(), SIGCONT);
	begun = now_usec();
	while ((r = sdt.SDT_StartFindIDCard(P, NULL, 0)) != 0x80) {
		assert_int_equal(r, 0x02);
		assert_true(now_usec() - begun < 20000000);
		poll(NULL, 0, 20);
	}
	rig_sim("place resident");
	sdt_take(&sdt, P, 0);
	read_card();
}

static void test_daemon_restarted(void **state)
{
	open_port();
	rig_sim("place resident");
	sdt_take(&sdt, P, 0);
	rig_daemon_end(SIGKILL);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x01);
	rig_daemon_start();
	/* What was selected before is not what lies there now. */
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x80);
	rig_sim("lift");
	rig_sim("place foreigner");
	sdt_take(&sdt, P, 0);
	read_card();
}

/* Unplugged under the program: it never gets what was selected before, and goes on afterwards. */
static void test_replugged(void **state)
{
	int r;

	open_port();
	rig_sim("place resident");
	sdt_take(&sdt, P, 0);
	rig_sim("unplug");
	while ((r = sdt.SDT_StartFindIDCard(P, NULL, 0)) == 0x80 || r == 0x9f)
		;
	assert_true(r == 0x01 || r == 0x24);
	assert_int_not_equal(sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0), 0x90);
	rig_sim("plug");
	while ((r = sdt.SDT_StartFindIDCard(P, NULL, 0)) != 0x9f)
		assert_true(r == 0x01 || r == 0x80 || r == 0x24);
	assert_int_equal(sdt.SDT_SelectIDCard(P, NULL, 0), 0x90);
	read_card();
}

static void *open_there(void *argument)
{
	return (void *)(intptr_t)sdt.SDT_OpenPort(P);
}

static void *read_there(void *argument)
{
	sdt_take(&sdt, P, 0);
	read_card();
	return NULL;
}

static void *ask_again_and_again(void *argument)
{
	const bool *stop = argument;

	while (!__atomic_load_n(stop, __ATOMIC_RELAXED))
		if (sdt.SDT_GetSAMStatus(P, 1) != 0x90)
			return argument;
	return NULL;
}

/* Open in one, read in another; and others use it meanwhile. */
static void test_threads(void **state)
{
	pthread_t opener, reader, others[4];
	bool stop = false;
	void *result;

	assert_int_equal(pthread_create(&opener, NULL, open_there, NULL), 0);
	assert_int_equal(pthread_join(opener, &result), 0);
	assert_int_equal((intptr_t)result, 0x90);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&others[i], NULL, ask_again_and_again, &stop), 0);
	rig_sim("place resident");
	assert_int_equal(pthread_create(&reader, NULL, read_there, NULL), 0);
	assert_int_equal(pthread_join(reader, NULL), 0);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(others[i], &result), 0);
		assert_null(result);
	}
}

/* A child is a program of its own to the reader: it has what lies there, and the parent too. */
static int child(void)
{
	if (sdt.SDT_GetSAMStatus(P, 0) != 0x90)
		return 2;
	while (sdt.SDT_StartFindIDCard(P, NULL, 0) != 0x9f)
		;
	if (sdt.SDT_SelectIDCard(P, NULL, 0) != 0x90)
		return 3;
	return sdt.SDT_ReadBaseMsg(P, NULL, NULL, NULL, NULL, 0) == 0x90 ? 0 : 4;
}

static void in_child(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(child());
	/* the parent goes on beside it */
	assert_int_equal(sdt.SDT_GetSAMStatus(P, 0), 0x90);
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x80);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void *poll_for_cards(void *finds)
{
	while (atomic_load((atomic_int *)finds) >= 0) {
		if (sdt.SDT_StartFindIDCard(P, NULL, 0) != 0x80)
			break;
		atomic_fetch_add((atomic_int *)finds, 1);
	}
	return NULL;
}

/* Beside a thread that finds without a pause, another has its turn after the call under way. */
static void test_turns(void **state)
{
	atomic_int finds = 0;
	pthread_t thread;

	open_port();
	assert_int_equal(pthread_create(&thread, NULL, poll_for_cards, &finds), 0);
	for (int i = 0; i < TRIES; i++) {
		int before = atomic_load(&finds);

		while (atomic_load(&finds) == before)
			poll(NULL, 0, 1);
		before++;
		assert_int_equal(sdt.SDT_GetSAMStatus(P, 0), 0x90);
		assert_within(atomic_load(&finds), before, before + 2);
	}
	atomic_store(&finds, INT_MIN);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void test_fork(void **state)
{
	open_port();
	rig_sim("place resident");
	sdt_take(&sdt, P, 0);
	read_card();
	assert_int_equal(sdt.SDT_ReadNewAppMsg(P, NULL, NULL, 0), 0x91);
	in_child();
}

/* At a moment when another thread is in a call, and has the lock. */
static void test_fork_beside_a_thread(void **state)
{
	bool stop = false;
	pthread_t other;
	void *result;

	open_port();
	rig_sim("place resident");
	sdt_take(&sdt, P, 0);
	read_card();
	assert_int_equal(pthread_create(&other, NULL, ask_again_and_again, &stop), 0);
	for (int i = 0; i < 10; i++)
		in_child();
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	assert_int_equal(pthread_join(other, &result), 0);
	assert_null(result);
}

static void on_alarm(int signal)
{
}

static void test_signals(void **state)
{
	struct itimerval often = { { 0, 500 }, { 0, 500 } }, never = {};
	struct sigaction action = { .sa_handler = on_alarm };	/* no SA_RESTART */

	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(sdt.SDT_OpenPort(P), 0x90);
		assert_int_equal(sdt.SDT_GetSAMStatus(P, 0), 0x90);
	}
	assert_int_equal(sdt.SDT_StartFindIDCard(P, NULL, 0), 0x80);
	setitimer(ITIMER_REAL, &never, NULL);
}

/* Our own descriptors. */
static unsigned int descriptors(bool *all_cloexec)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	*all_cloexec = true;
	while ((entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] == '.' || fd <= STDERR_FILENO || fd == dirfd(dir))
			continue;
		n++;
		*all_cloexec &= (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0;
	}
	closedir(dir);
	return n;
}

static void test_unloaded(void **state)
{
	unsigned int before, after;
	bool cloexec;

	before = descriptors(&cloexec);
	open_port();
	assert_int_equal(sdt.SDT_OpenPort(9999), 0x90);
	after = descriptors(&cloexec);
	assert_true(after > before);
	assert_true(cloexec);
	sdt_unload(&sdt);
	assert_int_equal(descriptors(&cloexec), before);
	/* What it asked to be called at a fork is gone with it. */
	if (fork() == 0)
		_exit(0);
	wait(NULL);
	sdt_load(&sdt, "libsdtapi.so");
	open_port();
}

static char *contents(const char *path)
{
	static char text[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	close(fd);
	return text;
}

/* Calls, and nothing of the card. */
static void test_trace(void **state)
{
	static const char *const secrets[] = { "测试甲", "\x4b\x6d\xd5\x8b", "\xb2\xe2\xca\xd4",
					       "110101190001010014", "19000101", "北京", "示例" };
	byte text[256], portrait[1024];
	const char *trace;
	struct stat st;
	dword n, m;

	setenv("IDCARD_TRACE", rig_path("trace"), 1);
	umask(0);
	open_port();
	assert_int_equal(sdt.SDT_OpenPort(1002), 0x01);
	rig_sim("place resident");
	sdt_take(&sdt, P, 0);
	assert_int_equal(sdt.SDT_ReadBaseMsg(P, text, &n, portrait, &m, 0), 0x90);
	unsetenv("IDCARD_TRACE");
	umask(022);
	assert_int_equal(sdt.SDT_ClosePort(P), 0x90);
	trace = contents(rig_path("trace"));
	assert_non_null(strstr(trace, "SDT_OpenPort(1001) = 144 (0x90)"));
	assert_non_null(strstr(trace, "SDT_OpenPort(1002) = 1 (0x01)"));
	assert_non_null(strstr(trace, "SDT_ReadBaseMsg(1001, 0) = 144 (0x90)"));
	assert_null(strstr(trace, "SDT_ClosePort"));
	for (size_t i = 0; i < ELEMENTSOF(secrets); i++)
		assert_null(strstr(trace, secrets[i]));
	assert_int_equal(stat(rig_path("trace"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_unplugged),
		T(test_daemon_hangs),
		T(test_daemon_hangs_at_a_card),
		T(test_asked_while_silent),
		T(test_daemon_restarted),
		T(test_replugged),
		T(test_threads),
		T(test_turns),
		T(test_fork),
		T(test_fork_beside_a_thread),
		T(test_signals),
		T(test_unloaded),
		T(test_trace),
	};

	/* What started this may have left some open. */
	for (int fd = 3; fd < 256; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
