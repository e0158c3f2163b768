// SPDX-License-Identifier: GPL-2.0-or-later
/* From the reader to its driver, and what the steps come to. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"

void doctor_add(struct doctor_steps *steps, enum doctor_finding finding, const char *first,
		const char *second)
{
	struct doctor_step *step;

	if (steps->n == DOCTOR_STEPS_MAX)
		return;
	step = &steps->step[steps->n++];
	*step = (struct doctor_step){ .finding = finding };
	snprintf(step->first, sizeof(step->first), "%s", first ? first : "");
	snprintf(step->second, sizeof(step->second), "%s", second ? second : "");
}

static void decide_bus(const struct doctor_facts *f, struct doctor_steps *steps)
{
	for (size_t i = 0; i < f->n_readers; i++) {
		const struct doctor_reader *r = &f->readers[i];

		doctor_add(steps, r->fits ? FOUND_BUS_FOUND : FOUND_BUS_INTERFACE, r->id, r->name);
	}
	if (f->n_readers)
		return;
	doctor_add(steps, f->n_devices ? FOUND_BUS_NAMED :
		   f->n_strangers ? FOUND_BUS_OTHERS : FOUND_BUS_NOTHING, NULL, NULL);
}

static bool have_reader(const struct doctor_facts *f)
{
	for (size_t i = 0; i < f->n_readers; i++)
		if (f->readers[i].fits)
			return true;
	return f->n_devices > 0;
}

static void decide_others(const struct doctor_facts *f, struct doctor_steps *steps)
{
	static const enum doctor_finding findings[] = {
		[DOCTOR_BRIDGE] = FOUND_OTHERS_BRIDGE,
		[DOCTOR_SHARED] = FOUND_OTHERS_SHARED,
		[DOCTOR_LOADER] = FOUND_OTHERS_LOADER,
		[DOCTOR_UNSUPPORTED] = FOUND_OTHERS_UNSUPPORTED,
		[DOCTOR_KEYBOARD] = FOUND_OTHERS_KEYBOARD,
	};
	bool any = false;

	for (size_t i = 0; i < f->n_strangers; i++) {
		const struct doctor_stranger *s = &f->strangers[i];

		/* who has a reader has the adapter for something else */
		if (!s->named && have_reader(f))
			continue;
		any = true;
		doctor_add(steps, s->named ? FOUND_OTHERS_NAMED : findings[s->kind], s->id, NULL);
	}
	if (!any)
		doctor_add(steps, FOUND_OTHERS_NONE, NULL, NULL);
}

static void decide_rules(const struct doctor_facts *f, struct doctor_steps *steps)
{
	size_t good = 0, fit = 0;

	if (!f->udev_runs) {
		doctor_add(steps, FOUND_RULES_NO_UDEV, NULL, NULL);
		return;
	}
	if (!f->rules) {
		doctor_add(steps, FOUND_RULES_MISSING, NULL, NULL);
		return;
	}
	for (size_t i = 0; i < f->n_readers; i++) {
		const struct doctor_reader *r = &f->readers[i];

		fit += r->fits;
		good += r->fits && r->marked;
		if (r->fits && !r->marked)
			doctor_add(steps, FOUND_RULES_NOT_APPLIED, r->id, NULL);
	}
	if (good == fit)
		doctor_add(steps, fit ? FOUND_RULES_GOOD : FOUND_RULES_SKIPPED, NULL, NULL);
}

static bool is_foreign(const struct doctor_reader *r)
{
	return *r->driver && strcmp(r->driver, "idcard") != 0 && strcmp(r->driver, "usbfs") != 0;
}

static void decide_driver(const struct doctor_facts *f, struct doctor_steps *steps)
{
	bool any = false;

	for (size_t i = 0; i < f->n_readers; i++) {
		const struct doctor_reader *r = &f->readers[i];

		if (!r->fits)
			continue;
		any = true;
		doctor_add(steps, r->hid ? FOUND_DRIVER_HID :
			   is_foreign(r) ? FOUND_DRIVER_FOREIGN :
			   strcmp(r->driver, "idcard") == 0 ? FOUND_DRIVER_MODULE :
			   FOUND_DRIVER_LIBUSB, r->id, r->driver);
	}
	if (!any)
		doctor_add(steps, FOUND_DRIVER_SKIPPED, NULL, NULL);
}

static bool wants_module(const struct doctor_facts *f)
{
	for (size_t i = 0; i < f->n_readers; i++)
		if (f->readers[i].fits && !f->readers[i].hid)
			return true;
	return false;
}

static void decide_module(const struct doctor_facts *f, struct doctor_steps *steps)
{
	doctor_add(steps, f->module_loaded ? FOUND_MODULE_LOADED :
		   !f->module_there ? FOUND_MODULE_ABSENT :
		   !wants_module(f) ? FOUND_MODULE_UNUSED :
		   f->secure_boot ? FOUND_MODULE_REFUSED : FOUND_MODULE_NOT_LOADED, NULL, NULL);
}

static void decide_file(const struct doctor_facts *f, struct doctor_steps *steps)
{
	bool any = false;

	for (size_t i = 0; i < f->n_readers; i++) {
		const struct doctor_reader *r = &f->readers[i];

		/* what udev does not know, or another driver has, was told already */
		if (!r->fits || !r->marked || (!r->hid && is_foreign(r)))
			continue;
		any = true;
		if (r->node == DOCTOR_NODE_MISSING)
			doctor_add(steps, FOUND_FILE_MISSING, r->id, NULL);
		else
			doctor_add(steps, r->node == DOCTOR_NODE_GOOD ? FOUND_FILE_GOOD :
				   FOUND_FILE_RIGHTS, r->path, NULL);
	}
	if (!any)
		doctor_add(steps, FOUND_FILE_SKIPPED, NULL, NULL);
}

void doctor_decide_reader(const struct doctor_facts *f, struct doctor_steps *steps)
{
	decide_bus(f, steps);
	decide_others(f, steps);
	decide_rules(f, steps);
	decide_driver(f, steps);
	decide_module(f, steps);
	decide_file(f, steps);
}

void doctor_decide(const struct doctor_facts *f, struct doctor_steps *steps)
{
	doctor_decide_reader(f, steps);
	doctor_decide_daemon(f, steps);
	doctor_decide_ways(f, steps);
}

enum doctor_result doctor_verdict(const struct doctor_steps *steps, const struct doctor_step **ret)
{
	enum doctor_result worst = DOCTOR_OK;

	*ret = NULL;
	for (size_t i = 0; i < steps->n; i++) {
		enum doctor_result r = doctor_result(steps->step[i].finding);

		if (r > worst && r != DOCTOR_SKIPPED) {
			worst = r;
			*ret = &steps->step[i];
		}
	}
	return worst;
}
