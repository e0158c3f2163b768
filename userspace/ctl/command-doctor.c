// SPDX-License-Identifier: GPL-2.0-or-later
/* doctor: what was found, as text or as JSON */
#include <string.h>
#include <sys/utsname.h>

#include "ctl.h"
#include "doctor.h"
#include "errors.h"
#include "secret.h"

enum { SENTENCE_SIZE = 1024 };

/* What is told of the computer: enough to reproduce, too little to know it by. */
static void describe(char *ret, size_t size)
{
	char line[256], system[128] = "";
	FILE *f = fopen("/etc/os-release", "re");
	struct utsname u = {};

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "PRETTY_NAME=\"%127[^\"]\"", system);
	if (f)
		fclose(f);
	uname(&u);
	snprintf(ret, size, "idcardctl " IDCARD_VERSION ", Linux %s %s%s%s", u.release, u.machine,
		 *system ? ", " : "", system);
}

/* The sentences are those of a table; each takes at most two strings. */
static void sentence_of(const struct ctl *c, const struct doctor_step *s, char ret[SENTENCE_SIZE])
{
	const char *text = doctor_sentence(s->finding, c->chinese);
	const char *error;
	int n;

	n = snprintf(ret, SENTENCE_SIZE, text, s->first, s->second);
	if (!*s->error || n < 0 || n >= SENTENCE_SIZE)
		return;
	error = idcard_error_text(idcard_error_from_code(s->error), c->chinese);
	snprintf(ret + n, SENTENCE_SIZE - n, "%s", error ? error : s->error);
}

static const char *next_of(const struct doctor_step *s)
{
	static const struct {
		enum idcard_error error;
		const char *next;
	} commands[] = {
		{ IDCARD_ERROR_READER_BUSY, "sudo fuser -v /dev/bus/usb/*/* /dev/idcardraw*" },
		{ IDCARD_ERROR_READER_DENIED, "sudo udevadm trigger --action=add --subsystem-match=usb" },
		{ IDCARD_ERROR_READER_UNKNOWN, "man idcardd.conf" },
	};
	enum idcard_error error = idcard_error_from_code(s->error);

	for (size_t i = 0; error && i < ELEMENTSOF(commands); i++)
		if (commands[i].error == error)
			return commands[i].next;
	return doctor_next(s->finding);
}

static void print_step(const struct ctl *c, const struct doctor_step *s)
{
	enum doctor_result result = doctor_result(s->finding);
	char text[SENTENCE_SIZE];
	const char *next = next_of(s);

	sentence_of(c, s, text);
	printf("[%s] %s: ", doctor_result_title(result, c->chinese),
	       doctor_step_title(doctor_which(s->finding), c->chinese));
	print_clean(stdout, text);
	putchar('\n');
	if (next && result > DOCTOR_SKIPPED)
		printf("    %s %s\n", message(MSG_DOCTOR_NEXT, c->chinese), next);
}

static void print_verdict(const struct ctl *c, const struct doctor_steps *steps)
{
	const struct doctor_step *step;
	enum doctor_result verdict = doctor_verdict(steps, &step);

	if (verdict == DOCTOR_OK)
		say(c, stdout, MSG_DOCTOR_WELL);
	else
		say(c, stdout, verdict == DOCTOR_FAIL ? MSG_DOCTOR_ILL : MSG_DOCTOR_WARNED,
		    doctor_step_title(doctor_which(step->finding), c->chinese));
}

static json_t *json_of_step(const struct ctl *c, const struct doctor_step *s)
{
	char text[SENTENCE_SIZE];
	const char *next = next_of(s);
	json_t *object;

	sentence_of(c, s, text);
	object = json_pack("{s:s, s:s, s:s, s:s}", "step",
			   doctor_step_word(doctor_which(s->finding)), "result",
			   doctor_result_word(doctor_result(s->finding)), "finding",
			   doctor_word(s->finding), "text", text);
	if (*s->error)
		json_object_set_new(object, "error", json_string(s->error));
	if (next)
		json_object_set_new(object, "next", json_string(next));
	return object;
}

static void print_json(const struct ctl *c, const struct doctor_steps *steps, const char *about)
{
	const struct doctor_step *first;
	enum doctor_result verdict = doctor_verdict(steps, &first);
	json_auto_t *list = json_array();
	json_auto_t *object = NULL;
	_cleanup_secret_ char *text = NULL;

	for (size_t i = 0; i < steps->n; i++)
		json_array_append_new(list, json_of_step(c, &steps->step[i]));
	object = json_pack("{s:s, s:s, s:s, s:O}", "class", "DOCTOR", "about", about, "result",
			   doctor_result_word(verdict), "steps", list);
	if (first)
		json_object_set_new(object, "first",
				    json_string(doctor_step_word(doctor_which(first->finding))));
	text = json_dumps(object, JSON_COMPACT);
	puts(text ? text : "{}");
}

/* Everything but the card, which only a person can place. */
static void examine(struct ctl *c, struct doctor_facts *f, struct doctor_steps *steps)
{
	doctor_look_at_bus(f);
	doctor_look_at_system(f);
	doctor_look_at_daemon(c, f);
	doctor_look_at_extras(f);
	doctor_decide(f, steps);
}

static void try_card(struct ctl *c, const struct doctor_facts *f, struct doctor_steps *steps)
{
	struct doctor_trial trial;

	if (c->no_card || !doctor_ready(f)) {
		doctor_add(steps, c->no_card ? FOUND_CARD_UNWANTED : FOUND_CARD_SKIPPED, NULL,
			   NULL);
		doctor_add(steps, FOUND_CARD_DEVICE_SKIPPED, NULL, NULL);
		return;
	}
	doctor_try_card(c, &trial);
	doctor_decide_card(&trial, steps);
}

int command_doctor(struct ctl *c)
{
	_cleanup_free_ struct doctor_facts *f = calloc(1, sizeof(*f));
	_cleanup_free_ struct doctor_steps *steps = calloc(1, sizeof(*steps));
	const struct doctor_step *first;
	char about[512];
	size_t told;

	if (!f || !steps)
		return CTL_FAILED;
	describe(about, sizeof(about));
	examine(c, f, steps);
	if (!c->json)
		puts(about);
	/* what is known already can be read while the card is looked for */
	for (told = 0; !c->json && told < steps->n; told++)
		print_step(c, &steps->step[told]);
	try_card(c, f, steps);
	for (; !c->json && told < steps->n; told++)
		print_step(c, &steps->step[told]);
	if (c->json)
		print_json(c, steps, about);
	else
		print_verdict(c, steps);
	return doctor_verdict(steps, &first) == DOCTOR_FAIL ? CTL_FAILED : CTL_OK;
}
