/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tests that run inside the guest: kernel, udev, systemd and programs as a user has them,
 * with a simulated reader on the virtual USB bus.
 */
#ifndef TEST_SUITE_H
#define TEST_SUITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "idcard.h"

/* The test ends here as failed. */
#define fail(...) suite_fail(__FILE__, __LINE__, __VA_ARGS__)
#define require(condition, ...)                                                                    \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail(__VA_ARGS__);                                                         \
	} while (0)

void suite_fail(const char *file, int line, const char *format, ...)
	__attribute__((noreturn, format(printf, 3, 4)));

/* A figure, or what was seen: printed behind the test's name. */
void suite_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* With the kernel module, or with libusb alone. */
bool suite_module(void);

/*
 * A limit of time as this guest needs it: IDCARD_SLOW times @ms (default 1), as with a kernel that
 * checks each access to memory. Who waits for something here has it applied already.
 */
unsigned int slow(unsigned int ms);

/*
 * How often to do what is done @n times: all of it, or, in a guest that would take hours, the part
 * that IDCARD_SHARE says in percent (default 100); the test's line then tells it.
 */
unsigned int rounds(unsigned int n);

/* Until @condition holds, at most @ms: whether it did. */
bool comes_true(bool (*condition)(void *context), void *context, unsigned int ms);
/* The same; fails after @ms, naming @what. Microseconds that it took. */
uint64_t wait_until(bool (*condition)(void *context), void *context, unsigned int ms,
		    const char *what);
bool exists(const char *path);
/* The same as a condition to wait for. */
uint64_t wait_for_file(const char *path, unsigned int ms);

/* Run a command; its exit status. */
int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

unsigned int pick(unsigned int below);

/* sim.c: the simulated reader */
void sim_start(const char *framing);
/* On a serial line that speaks @dialect: @framing acm, or pty, a terminal at SIM_TTY. */
void sim_start_serial(const char *framing, const char *dialect);
#define SIM_TTY "/run/idcard-sim/tty"
void sim_start_second(void);
/* Without a guest: its control socket, and where the terminal is that it is plugged into. */
void sim_start_outside(const char *socket, const char *link);
void sim_stop(void);
/* One command, whose answer must be "ok ..."; what follows the ok, valid until the next call. */
const char *sim(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *sim_second(const char *format, ...) __attribute__((format(printf, 1, 2)));
uint64_t sim_stat(const char *key);

struct persona_number {
	const char *persona;
	const char *number;
};
extern const struct persona_number personas[4];

/* daemon.c: the daemon as its clients see it */
idcard_client *watch_open(void);
void watch_close_all(void);
/* The next object of class @class, or, if @other is given, of that; a new reference. */
json_t *watch_next(idcard_client *c, const char *class, const char *other, unsigned int ms);
json_t *ask(const char *request, const char *class);
/* A reader plugged in, known, started: ready for cards. */
void ready(void);
void services_stop(void);
pid_t service_pid(const char *unit);
const char *get(const json_t *object, const char *key);

/* What the reader hangs on from here to the end of the test; the mode says it otherwise. */
void expect_transport(const char *name);
/* A watch with more in it, as "\"fingerprint\":true". */
idcard_client *watch_with(const char *options);

/* settings.c: what an administrator sets, until the end of the test */
void set_udev_rule(const char *rule);
void set_daemon_configuration(const char *text);
void set_portrait_configuration(const char *text);
void settings_clear(void);

/* ends.c: placements, and how each of them ends */
void ends_begin(void);
void ends_note(void);
const struct persona_number *place_any(void);
/* The one end of a placement: is it an IDENTITY? @what says what was done to it. */
bool ends_well(const struct persona_number *p, const char *what);
/* Nothing more came of the placement than its one end. */
void no_second_end(const char *what);
/* A card on a reader that nothing is done to any more. */
void good_card(const char *after);
/* @rounds placements with a fault somewhere in each, and good cards in between. */
void ends_with(const char *fault, unsigned int rounds);
json_t *next_error(void);

/* test-wedge.c: nothing types any more, and the screen is nobody's. */
void wedge_clear(void);

/* test-crowd.c: everybody goes home. */
void crowd_clear(void);

/* test-sandbox.c: the services run their own programs again. */
void sandbox_clear(void);

/* test-chaos.c: what of it is left */
void chaos_clear(void);

/* lines.c: programs that give lines, as those that read /dev/idcard */
struct lines;
struct lines *lines_open(size_t buffer);
/*
 * The same for a function in a process of its own: it writes an empty line when it is ready, then
 * its lines to @out, and does not return.
 */
struct lines *lines_run(void (*program)(int out, size_t argument), size_t argument);
/* The next whole line, without newline; fails after @ms. Belongs to @l until the next call. */
const char *lines_next(struct lines *l, unsigned int ms);
/* Is there nothing for @ms? */
bool lines_silent(struct lines *l, unsigned int ms);
struct lines *lines_close(struct lines *l);
void lines_close_all(void);

/* Lift the card and wait until the reader's "no card" has been seen. */
void lift(void);

/* Kernel messages since the beginning of the test: none may be a warning. */
void kernel_log_begin(void);
void kernel_log_check(void);

/* The tests. */
void test_plug_split(void);
void test_plug_stream(void);
void test_hid_raw(void);
void test_hid_length(void);
void test_acm(void);
void test_acm_stx(void);
void test_pty(void);
void test_pty_stx(void);
void test_strangers(void);
void test_watch_options(void);
void test_linked_and_private(void);
void test_placements(void);
void test_resting_card(void);
void test_neighbours(void);
void test_two_readers(void);
void test_faults(void);
void test_statuses(void);
void test_lost_readers(void);
void test_scanners(void);
void test_portraits(void);
void test_replug_identities(void);
void test_replug_raw(void);
void test_daemon_killed(void);
void test_daemon_killed_card_stays(void);
void test_lost_events(void);
void test_permissions(void);
void test_seat_user(void);
void test_suspend(void);
void test_idle(void);
void test_latency(void);
void test_third_party(void);
void test_bad_input_socket(void);
void test_bad_input_node(void);
void test_bad_input_raw(void);
void test_chaos(void);
void test_doctor(void);
void test_drop(void);
void test_crowd(void);
void test_pids(void);
void test_sandbox(void);
void test_web(void);
void test_wedge_numbers(void);
void test_wedge_off(void);
void test_wedge_locked(void);
void test_wedge_profiles(void);

#endif
