/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of the chaos test:
 *
 *	test-chaos.c	what is promised; the run and its figures
 *	chaos-draw.c	who is placed and what is done to whom, from the seed (pure)
 *	chaos-lane.c	one reader: does what was drawn, waits for the end
 *	chaos-judge.c	what the clients see, against what was promised
 *	chaos-crowd.c	programs that come, disturb and are killed
 */
#ifndef TEST_CHAOS_H
#define TEST_CHAOS_H

#include "suite.h"

enum {
	CHAOS_LANES = 32,	/* at most */
	CHAOS_CARDS = 2,	/* of a placement: one may be exchanged for another */
	CHAOS_STEPS = 32,
	CHAOS_KINDS = 18,	/* of faults */
	CHAOS_CROWD = 5,
};

/* Nobody: unlike all others in each field that can differ. */
struct person {
	unsigned int serial;
	const char *type;
	char name[48], latin[40], number[64], permit[12], address[80];
	unsigned int month, day, year;
};

void person_make(uint64_t seed, unsigned int serial, struct person *ret);
/* The command that places the card. */
void person_command(const struct person *p, char *ret, size_t size);
/* The number in a name, or -1. */
long person_serial(const char *name);
/* NULL, or the field of an IDENTITY that is not this person's. */
const char *person_differs(const struct person *p, const json_t *identity);

enum step_kind {
	STEP_SIM,	/* ->text to the simulated reader */
	STEP_FAULT,	/* the same; ->fault is its kind */
	STEP_PLACE,	/* card ->argument */
	STEP_LIFT,
	STEP_UNPLUG,
	STEP_PLUG,
	STEP_KILL,	/* idcardd */
	STEP_FREEZE,	/* idcardd, for ->argument ms */
	STEP_CROWD,	/* program ->argument is killed, another comes */
};

struct step {
	unsigned int at_ms;	/* from the beginning of the placement */
	enum step_kind kind;
	unsigned int argument;
	unsigned int fault;
	char text[64];
};

struct drawn {
	struct step steps[CHAOS_STEPS];
	size_t n;
	unsigned int hold_ms;	/* how long it lies there after its end */
	char hold_fault[64];	/* what happens then */
	unsigned int lies;	/* how often the reader may deny a card that lies there */
	bool may_lift;		/* a fault takes it away */
};

/* What is done to placement @n; always the same for the same seed. */
void chaos_draw(uint64_t seed, unsigned int n, struct drawn *ret);
const char *chaos_fault_name(unsigned int kind);

struct figures {
	unsigned int placements, identities, errors, unseen, split;
	unsigned int kills, freezes, unplugs, exchanges, lifts, crowd_kills, crowd_claims;
	unsigned int faults[CHAOS_KINDS];
	unsigned int codes[32];
};

enum lane_state {
	LANE_STEPS,
	LANE_END,	/* the card lies there: its end must come */
	LANE_HOLD,
	LANE_CLEAR,	/* faults away, card away, plugged in */
	LANE_POLLED,
	LANE_BARRIER,	/* all that was published so far has come */
	LANE_SETTLE,	/* and reached /dev/idcard */
	LANE_NEXT,
};

struct lane {
	struct chaos *chaos;
	unsigned int index;
	char name[32];		/* of its reader */
	pid_t pid;
	int fd;
	bool asked;		/* a command is under way */
	char reply[1024];
	size_t have;
	char asking[64];

	enum lane_state state;
	uint64_t began, due, deadline, look_at;
	struct drawn drawn;
	size_t step;
	bool cleared, looked, plug_again;
	uint64_t plug_until;

	/* the placement */
	unsigned int placement, next;
	struct person person[CHAOS_CARDS];
	bool was_there[CHAOS_CARDS];
	int lies;		/* the card that lies there, or -1 */
	bool plugged, lifted, killed, missed, replugged, doubt, phantom, found, open;
	unsigned int denials;	/* how often the reader may still deny the card */
	unsigned int budget;	/* of ends */
	unsigned int ends, errors, ends_since;
	unsigned int of_client[CHAOS_CARDS], of_node[CHAOS_CARDS];
	unsigned int barrier;
	uint64_t barrier_at;
	bool barrier_passed;
	char log[16384];
	size_t logged;
};

/* What programs that claim are told of the lanes; shared with them. */
struct chaos_shared {
	volatile unsigned int placement[CHAOS_LANES];
	volatile unsigned int claims;
};

struct chaos {
	uint64_t seed;
	unsigned int wanted, n_lanes;
	struct lane lanes[CHAOS_LANES];
	struct figures figures;
	idcard_client *client;
	int node;
	char line[65536];
	size_t line_size;
	unsigned int barrier;
	unsigned int barriers_open;
	bool expect_end;	/* idcardd was killed, the client does not know yet */
	bool watches;		/* idcardd has said so */
	uint64_t killed_at, thaw_at, crowd_at;
	pid_t frozen;
	pid_t crowd[CHAOS_CROWD];
	uint64_t crowd_random;
	struct chaos_shared *shared;
	uint64_t started;
};

/* Numbers from a state; the same everywhere. */
uint64_t chaos_random(uint64_t *state);
unsigned int chaos_below(uint64_t *state, unsigned int below);

/* chaos-lane.c */
void lane_start(struct chaos *c, unsigned int index);
void lane_begin(struct lane *l);
void lane_readable(struct lane *l);
/* Do what is due. */
void lane_run(struct lane *l, uint64_t now);
void lane_stop(struct lane *l);
void lane_say(struct lane *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lane_log(struct lane *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A promise is broken: says which, what was drawn and what was seen. */
void lane_violated(struct lane *l, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

/* All of them, one after the other. */
void lanes_plug(struct chaos *c);

/* chaos-judge.c */
void judge_open(struct chaos *c);
void judge_client(struct chaos *c);
void judge_node(struct chaos *c);
/* Has all come that must come while the card lies there? */
bool judge_ended(struct lane *l);
/* The placement is over: was all as promised? False: not all has reached /dev/idcard yet. */
bool judge_closed(struct lane *l, bool last_chance);
void judge_close(struct chaos *c);

/* chaos-crowd.c */
void crowd_start(struct chaos *c);
void crowd_change(struct chaos *c, unsigned int which, unsigned int kind);
void crowd_check(struct chaos *c);
void crowd_stop(struct chaos *c);

/* chaos-guest.c, or tests/daemon/chaos-host.c: where it runs */
/* How many readers. */
unsigned int ground_lanes(void);
void ground_begin(struct chaos *c);
void ground_end(void);
const char *ground_directory(void);
/* The words that begin the command line of a simulated reader. Returns how many. */
size_t ground_simulator(const struct lane *l, const char *number, const char **argv);
/* idcardd, or 0. */
pid_t ground_daemon(void);
void ground_killed(struct chaos *c);
/* Lines of identities; not blocking. */
int ground_open_node(void);
/* Do they end with the daemon, to be opened anew? */
bool ground_node_ends(void);

/* test-chaos.c */
void chaos_kill(struct chaos *c);
void chaos_freeze(struct chaos *c, unsigned int ms);

#endif
