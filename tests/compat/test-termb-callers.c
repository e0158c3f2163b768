// SPDX-License-Identifier: GPL-2.0-or-later
/* Callers of libtermb.so that are not as they should be: junk for pointers, threads, forks. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../range.h"
#include "tests/compat/rig.h"
#include "tests/compat/termb.h"
#include "util.h"

enum {
	P = 1001,
	GUARD = 0xa5,
	PAGE = 65536,	/* of any machine */
};

#define NAME "\xb2\xe2\xca\xd4\xbc\xd7"
#define OTHER "\xb2\xe2\xca\xd4\xd2\xd2"

static struct termb termb;
static char *pages;	/* one to write, one to read, one that is not there */

static int set_up(void **state)
{
	rig_start(&(struct rig_setup){});
	termb_load(&termb, "libtermb.so");
	pages = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(pages != MAP_FAILED);
	memset(pages, GUARD, 2 * PAGE);
	assert_int_equal(mprotect(pages + PAGE, PAGE, PROT_READ), 0);
	assert_int_equal(munmap(pages + 2 * PAGE, PAGE), 0);
	assert_int_equal(termb.CVR_InitComm(P), 1);
	termb_place(&termb, "resident");
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	return 0;
}

static int tear_down(void **state)
{
	munmap(pages, 2 * PAGE);
	termb_unload(&termb);
	assert_int_equal(rig_stop(), 0);
	return 0;
}

static void check_pages(size_t from)
{
	for (size_t i = from; i < 2 * PAGE; i++)
		assert_int_equal((unsigned char)pages[i], GUARD);
}

/* Lengths by value, leftovers, no memory, memory that is only to be read. */
static int *const *junk_lengths(size_t *ret)
{
	static int *junk[16];
	size_t n = 0;

	junk[n++] = NULL;
	junk[n++] = (int *)1;
	junk[n++] = (int *)4;
	junk[n++] = (int *)30;
	junk[n++] = (int *)256;
	junk[n++] = (int *)-1;
	junk[n++] = (int *)-4;
	junk[n++] = (int *)INTPTR_MIN;
	junk[n++] = (int *)(uintptr_t)0x8000000000000004;	/* no address of user space */
	junk[n++] = (int *)(void *)(pages + PAGE);		/* read only */
	junk[n++] = (int *)(void *)(pages + 2 * PAGE);		/* nothing there */
	junk[n++] = (int *)(void *)(pages + 1025);		/* not aligned: no int */
	*ret = n;
	return junk;
}

static void test_junk_lengths(void **state)
{
	size_t n;
	int *const *junk = junk_lengths(&n);

	for (size_t i = 0; i < n; i++) {
		char text[16] = "";

		assert_int_equal(termb.GetPeopleName(text, junk[i]), 1);
		assert_string_equal(text, NAME);
		assert_int_equal(termb.GetPeopleNameU(text, junk[i]), 1);
		assert_memory_equal(text, "\x4b\x6d\xd5\x8b\x32\x75\0", 8);
		assert_int_equal(termb.GetNationCode(text, junk[i]), 1);
		assert_string_equal(text, "01");
		assert_int_equal(termb.GetFPDate((unsigned char *)text, junk[i]), 0);
		assert_int_equal(termb.GetBMPData((unsigned char *)text, junk[i]), 0);
		assert_int_equal(termb.Getbase64JpgData((unsigned char *)text, junk[i]), 0);
	}
	check_pages(0);
}

/* The text itself is no length: the leftover of a call that worked on the same buffer. */
static void test_length_inside_the_text(void **state)
{
	_Alignas(int) char text[64];

	for (size_t at = 0; at < 8; at += 4) {
		memset(text, GUARD, sizeof(text));
		assert_int_equal(termb.GetPeopleName(text, (int *)(void *)(text + at)), 1);
		assert_string_equal(text, NAME);
	}
	/* Behind it there may be one. */
	assert_int_equal(termb.GetPeopleName(text, (int *)(void *)(text + 8)), 1);
	assert_string_equal(text, NAME);
	assert_int_equal(text[8], 6);
}

/*
 * A program that forgets the length gives what the call before left in that register: an address
 * of code, of a constant, of data that belongs to a library.
 */
static void test_forgotten_lengths(void **state)
{
	int *const leftovers[] = { NULL, (int *)(void *)stdout, (int *)(uintptr_t)"constant",
				   (int *)(uintptr_t)test_forgotten_lengths,
				   (int *)(uintptr_t)strcpy };
	unsigned int flags = *(unsigned int *)(void *)stdout;

	for (size_t i = 0; i < ELEMENTSOF(leftovers); i++) {
		char text[64];

		for (size_t j = 0; j < TERMB_TEXTS_MAX; j++) {
			assert_int_equal(termb.texts[j][0](text, leftovers[i]), 1);
			assert_int_equal(termb.texts[j][1](text, leftovers[i]), 1);
		}
		assert_int_equal(termb.GetPeopleName(text, leftovers[i]), 1);
		assert_string_equal(text, NAME);
	}
	assert_int_equal(*(unsigned int *)(void *)stdout, flags);
}

/* Those of programs are on the stack, on the heap, and static. */
static void test_lengths(void **state)
{
	static int length;
	int on_stack = 0, *on_heap = calloc(1, sizeof(*on_heap));
	char text[16];

	assert_non_null(on_heap);
	assert_int_equal(termb.GetPeopleName(text, &length), 1);
	assert_int_equal(termb.GetPeopleName(text, &on_stack), 1);
	assert_int_equal(termb.GetPeopleName(text, on_heap), 1);
	assert_int_equal(length, 6);
	assert_int_equal(on_stack, 6);
	assert_int_equal(*on_heap, 6);
	free(on_heap);
}

static void check_no_buffer(char *buffer)
{
	int n = 77;

	for (size_t i = 0; i < TERMB_TEXTS_MAX; i++) {
		assert_int_equal(termb.texts[i][0](buffer, &n), 0);
		assert_int_equal(termb.texts[i][1](buffer, &n), 0);
	}
	assert_int_equal(termb.CVR_GetSAMID(buffer), 0);
	assert_int_equal(termb.CVR_GetSAMIDU(buffer), 0);
	assert_int_equal(termb.CVR_GetIDCardUID(buffer, 64), 0);
	assert_int_equal(termb.GetFPDate((unsigned char *)buffer, &n), 0);
	assert_int_equal(termb.GetNationCode(buffer, &n), 1);
	assert_int_equal(termb.GetIssuesNum((int *)(void *)buffer), 0);
	assert_int_equal(termb.GetBMPData((unsigned char *)buffer, &n), 0);
	/* As programs do that give characters and numbers, and then take the fields. */
	assert_int_equal(termb.CVR_ReadBaseMsg((unsigned char *)buffer, (unsigned int *)10,
					       (unsigned char *)buffer, (unsigned int *)10, 2),
			 1);
}

static void test_junk_buffers(void **state)
{
	char *const junk[] = { NULL, (char *)1, (char *)'1', (char *)-1, pages + PAGE,
			       pages + 2 * PAGE };
	char name[16];

	for (size_t i = 0; i < ELEMENTSOF(junk); i++)
		check_no_buffer(junk[i]);
	check_pages(0);
	assert_int_equal(termb.GetPeopleName(name, NULL), 1);
	assert_string_equal(name, NAME);
}

/* To the last byte of the memory, and not beyond. */
static void test_end_of_memory(void **state)
{
	int n;

	memset(pages, GUARD, PAGE);
	assert_int_equal(termb.GetPeopleName(pages + PAGE - 7, &n), 1);
	assert_int_equal(n, 6);
	assert_string_equal(pages + PAGE - 7, NAME);
	assert_int_equal(termb.GetPeopleName(pages + PAGE - 6, &n), 0);
	check_pages(PAGE);
}

/* In a sandbox that does not know the system call for it. */
static void forbid_memory_calls(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_writev, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ELEMENTSOF(code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		_exit(50);
}

/* Ends a child with the number of the line that is wrong, as far as a byte goes. */
#define CHILD(condition)                                                                           \
	do {                                                                                       \
		if (!(condition))                                                                  \
			_exit(__LINE__ % 199 + 1);                                                 \
	} while (0)

static void in_sandbox(void)
{
	static unsigned char text[256], portrait[1024];
	size_t count;
	int *const *junk = junk_lengths(&count);
	unsigned int n = 0, m = 0;
	char name[16];
	int length;

	forbid_memory_calls();
	CHILD(termb.CVR_InitComm(P) == 1);
	CHILD(termb.CVR_AuthenticateForNoJudge() == 1);
	CHILD(termb.CVR_ReadBaseMsg(text, &n, portrait, &m, 1) == 1);
	CHILD(n == 256 && m == 1024 && text[0] == 0x4b && portrait[0] == 'W');
	CHILD(termb.GetPeopleName(name, &length) == 1);
	CHILD(length == 6 && strcmp(name, NAME) == 0);
	for (size_t i = 0; i < count; i++)
		CHILD(termb.GetPeopleName(name, junk[i]) == 1);
	CHILD(termb.GetPeopleName(NULL, NULL) == 0);
	CHILD(termb.GetPeopleName(pages + PAGE, NULL) == 0);
	CHILD(termb.GetPeopleName(pages + PAGE - 6, NULL) == 0);
	CHILD(termb.GetNationCode(name, (int *)1) == 1);
	CHILD(strcmp(name, "01") == 0);
}

static int run_child(void (*work)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		work();
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void test_sandbox(void **state)
{
	assert_int_equal(run_child(in_sandbox), 0);
}

/* A child is another program: it has no card, and takes none away. */
static void as_child(void)
{
	char name[16] = "\x55";
	int n;

	CHILD(termb.GetPeopleName(name, &n) == 0);
	CHILD(*name == '\0' && n == 0);
	CHILD(termb.CVR_Read_Content(2) == 0);
	CHILD(termb.CVR_CloseComm() == 0);
}

static void test_fork(void **state)
{
	char name[16];
	int n;

	assert_int_equal(run_child(as_child), 0);
	assert_int_equal(termb.GetPeopleName(name, &n), 1);
	assert_string_equal(name, NAME);
	assert_int_equal(termb.CVR_Read_Content(2), 1);
}


/* The memory that holds a card is kept out of cores and children; a part of it is locked, too. */
static void test_memory(void **state)
{
	char line[512];
	int pages_of_card = 0;
	FILE *f = fopen("/proc/self/smaps", "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " dd") && strstr(line, " wf"))
			pages_of_card++;
	fclose(f);
	assert_within(pages_of_card, 1, 2);
}

static void *read_in_thread(void *userdata)
{
	return (void *)(intptr_t)termb.CVR_Read_Content(2);
}

static void *take_in_thread(void *userdata)
{
	return (void *)(intptr_t)termb.CVR_AuthenticateForNoJudge();
}

static int in_thread(void *(*work)(void *))
{
	pthread_t thread;
	void *r;

	assert_int_equal(pthread_create(&thread, NULL, work, NULL), 0);
	assert_int_equal(pthread_join(thread, &r), 0);
	return (int)(intptr_t)r;
}

/* Opened here, found there, read in a third. */
static void test_steps_in_threads(void **state)
{
	char name[16];

	assert_int_equal(in_thread(take_in_thread), 1);
	assert_int_equal(in_thread(read_in_thread), 1);
	assert_int_equal(termb.GetPeopleName(name, NULL), 1);
	assert_string_equal(name, NAME);
}

static atomic_bool stop, wrong;

/* Whole, or nothing: never a part of one and a part of the other. */
static void *watch_in_thread(void *userdata)
{
	while (!stop) {
		char name[16];
		int n, r = termb.GetPeopleName(name, &n);
		bool good = r == 1 ? strcmp(name, NAME) == 0 || strcmp(name, OTHER) == 0 :
				     *name == '\0' && n == 0;

		if (!good)
			wrong = true;
	}
	return NULL;
}

static void test_swaps_under_threads(void **state)
{
	pthread_t threads[3];

	stop = wrong = false;
	for (size_t i = 0; i < ELEMENTSOF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, watch_in_thread, NULL), 0);
	for (int i = 0; i < 20; i++) {
		char name[16];

		termb_lift(&termb);
		termb_place(&termb, i % 2 ? "resident" : "hmt_permit");
		assert_int_equal(termb.CVR_Read_Content(2), 1);
		assert_int_equal(termb.GetPeopleName(name, NULL), 1);
		assert_string_equal(name, i % 2 ? NAME : OTHER);
	}
	stop = true;
	for (size_t i = 0; i < ELEMENTSOF(threads); i++)
		pthread_join(threads[i], NULL);
	assert_false(wrong);
}

/* Every card is met by a program that only calls what the oldest kit had. */
static void test_four_functions(void **state)
{
	for (int i = 0; i < 5; i++) {
		termb_lift(&termb);
		assert_int_equal(termb.CVR_CloseComm(), 1);
		assert_int_equal(termb.CVR_InitComm(P), 1);
		assert_int_equal(termb.CVR_Authenticate(), 2);
		termb_place(&termb, "resident");
		assert_int_equal(termb.CVR_Read_Content(4), 1);
		assert_int_equal(access("wz.txt", R_OK), 0);
	}
}

/* The daemon is started anew: who had a card has none, and gets the next. */
static void test_daemon_restarts(void **state)
{
	char name[16];

	assert_int_equal(rig_daemon_end(SIGTERM), 0);
	assert_int_equal(termb.CVR_Read_Content(2), 0);
	assert_int_equal(termb.GetPeopleName(name, NULL), 0);
	assert_int_equal(termb.CVR_Authenticate(), 2);
	rig_daemon_start();
	assert_int_equal(termb.CVR_Read_Content(2), 0);
	rig_sim("lift");
	termb_place(&termb, "hmt_permit");
	assert_int_equal(termb.CVR_Read_Content(2), 1);
	assert_int_equal(termb.GetPeopleName(name, NULL), 1);
	assert_string_equal(name, OTHER);
}

static void test_unplugged(void **state)
{
	uint64_t deadline = now_usec() + 20000000;

	rig_sim("unplug");
	while (termb.CVR_IsRightCard() == 1)
		assert_true(now_usec() < deadline);
	assert_int_equal(termb.CVR_Read_Content(2), 0);
	assert_int_equal(termb.CVR_Authenticate(), 2);
	while (termb.CVR_InitComm(P) != 2)
		assert_true(now_usec() < deadline);
	assert_int_equal(termb.CVR_Authenticate(), 0);
	rig_sim("plug");
	while (termb.CVR_InitComm(P) != 1)
		assert_true(now_usec() < deadline);
	termb_take(&termb);
	assert_int_equal(termb.CVR_Read_Content(2), 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_junk_lengths),
		TEST(test_length_inside_the_text),
		TEST(test_forgotten_lengths),
		TEST(test_lengths),
		TEST(test_junk_buffers),
		TEST(test_end_of_memory),
		TEST(test_sandbox),
		TEST(test_fork),
		TEST(test_memory),
		TEST(test_steps_in_threads),
		TEST(test_swaps_under_threads),
		TEST(test_four_functions),
		TEST(test_daemon_restarts),
		TEST(test_unplugged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
