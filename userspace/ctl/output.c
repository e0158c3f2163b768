// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <string.h>

#include "ctl.h"
#include "errors.h"
#include "identity.h"
#include "secret.h"
#include "text.h"

enum { PRINTED_SIZE = 4096 };

void output_begin(struct ctl *c)
{
	c->printed = secret_alloc(PRINTED_SIZE);
	setvbuf(stdout, c->printed, _IOLBF, c->printed ? PRINTED_SIZE : 0);
}

int output_flush(const struct ctl *c)
{
	int r = fflush(stdout);

	if (c->printed)
		explicit_bzero(c->printed, PRINTED_SIZE);
	return r;
}

void say(const struct ctl *c, FILE *f, enum message m, ...)
{
	va_list ap;

	va_start(ap, m);
	vfprintf(f, message(m, c->chinese), ap);
	va_end(ap);
	fputc('\n', f);
}

void complain(const struct ctl *c, enum message m, ...)
{
	va_list ap;

	fputs("idcardctl: ", stderr);
	va_start(ap, m);
	vfprintf(stderr, message(m, c->chinese), ap);
	va_end(ap);
	fputc('\n', stderr);
}

const char *error_sentence(const struct ctl *c, const json_t *error)
{
	const char *sentence;

	sentence = idcard_error_text(idcard_error_from_code(json_text(error, "code")), c->chinese);
	return sentence ? sentence : json_text(error, "message");
}

void complain_error(const struct ctl *c, const json_t *error)
{
	fputs("idcardctl: ", stderr);
	print_clean(stderr, error_sentence(c, error));
	fputc('\n', stderr);
}

/* Controls, and what turns the direction of writing: a card must not steer the terminal. */
static bool acts_on_terminal(uint32_t ch)
{
	return ch < 0x20 || (ch >= 0x7f && ch < 0xa0) || (ch >= 0x200b && ch <= 0x200f) ||
	       (ch >= 0x2028 && ch <= 0x202e) || (ch >= 0x2066 && ch <= 0x2069) || ch == 0xfeff;
}

void print_clean(FILE *f, const char *s)
{
	char bytes[4];
	uint32_t ch;

	while ((ch = text_next(&s)))
		fwrite(bytes, 1, text_put(bytes, acts_on_terminal(ch) ? 0xfffd : ch), f);
}

/* Columns of a terminal: what is not of a European script takes two. */
static int columns(const char *s)
{
	int n = 0;
	uint32_t ch;

	while ((ch = text_next(&s)))
		n += ch < 0x1100 ? 1 : 2;
	return n;
}

static void print_label(const struct ctl *c, const char *field)
{
	const char *label = message_word("field", field, c->chinese);

	printf("  %s%*s", label, 13 - columns(label), "");
}

static void print_value(const struct ctl *c, const char *field, const char *value)
{
	if (!*value)
		return;
	print_label(c, field);
	print_clean(stdout, value);
	putchar('\n');
}

static void print_field(const struct ctl *c, const json_t *object, const char *field)
{
	print_value(c, field, json_text(object, field));
}

static void print_number(const struct ctl *c, const json_t *object, const char *field)
{
	const char *number = json_text(object, field);
	char masked[64];

	if (*number && !c->show) {
		identity_mask_number(number, masked, sizeof(masked));
		number = masked;
	}
	print_value(c, field, number);
}

static void print_list(const struct ctl *c, const json_t *list, const char *field)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		if (json_is_string(item))
			print_value(c, field, json_string_value(item));
}

static void print_validity(const struct ctl *c, const json_t *object)
{
	const char *from = json_text(object, "valid_from"), *until = json_text(object, "valid_until");
	bool long_term = json_is_true(json_object_get(object, "valid_long_term"));

	if (long_term)
		until = message(MSG_LONG_TERM, c->chinese);
	if (!*until)
		return;
	print_label(c, "valid");
	if (*from)
		printf(message(MSG_FROM_UNTIL, c->chinese), from, until);
	else
		printf(long_term ? "%s" : message(MSG_UNTIL, c->chinese), until);
	if (json_is_true(json_object_get(object, "expired")))
		printf(c->chinese ? "(%s)" : " (%s)", message(MSG_EXPIRED, c->chinese));
	putchar('\n');
}

static void print_warnings(const struct ctl *c, const json_t *object)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(object, "warnings"), i, item)
		print_value(c, "warning",
			    message_word("warning", json_string_value(item), c->chinese));
}

/* "Resident identity card  usb-1-2  14:03:22" */
static void print_heading(const struct ctl *c, const json_t *object)
{
	const json_t *reader = json_object_get(object, "reader");
	const char *time = json_text(object, "time");

	print_clean(stdout, message_word("card_type", json_text(object, "card_type"), c->chinese));
	fputs("  ", stdout);
	print_clean(stdout, reader ? json_text(reader, "name") :
		    message_word("source", json_text(object, "source"), c->chinese));
	/* of 2026-01-31T14:03:22+08:00 */
	if (strlen(time) >= 19)
		printf("  %.8s", time + 11);
	putchar('\n');
}

static void print_issue_count(const struct ctl *c, const json_t *object)
{
	const json_t *count = json_object_get(object, "issue_count");
	char number[32];

	if (!json_is_integer(count)) {
		print_field(c, object, "issue_count");
		return;
	}
	snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(count));
	print_value(c, "issue_count", number);
}

/* "Fingerprint  left thumb, quality 80": that it is there, not what it is. */
static void print_fingerprint(const struct ctl *c, const json_t *print)
{
	const char *finger = message_word("finger", json_text(print, "finger"), c->chinese);
	const char *result = json_text(print, "result");
	json_int_t quality = json_integer_value(json_object_get(print, "quality"));
	char number[32], text[160];

	snprintf(number, sizeof(number), "%lld", (long long)quality);
	if (*result && strcmp(result, "ok") != 0)
		print_value(c, "fingerprints", message_word("result", result, c->chinese));
	else if (quality > 0) {
		snprintf(text, sizeof(text), message(MSG_QUALITY, c->chinese), finger, number);
		print_value(c, "fingerprints", text);
	} else {
		print_value(c, "fingerprints", finger);
	}
}

static void print_fingerprints(const struct ctl *c, const json_t *object)
{
	const json_t *prints = json_object_get(object, "fingerprints"), *print;
	size_t i;

	if (c->wishes.fingerprint && json_array_size(prints) == 0)
		print_value(c, "fingerprints", message(MSG_NO_FINGERPRINTS, c->chinese));
	json_array_foreach(prints, i, print)
		print_fingerprint(c, print);
}

void print_identity(const struct ctl *c, const json_t *object)
{
	print_heading(c, object);
	print_field(c, object, "name");
	if (c->show)
		print_field(c, object, "name_latin");
	print_value(c, "sex", message_word("sex", json_text(object, "sex"), c->chinese));
	if (c->show) {
		print_field(c, object, "ethnicity");
		print_field(c, object, "nationality");
		print_field(c, object, "birth_date");
		print_field(c, object, "address");
	}
	/* Masked like the address, unless somebody asked for it in so many words. */
	if (c->show || c->wishes.new_address)
		print_list(c, json_object_get(object, "new_address"), "new_address");
	print_number(c, object, "id_number");
	print_number(c, object, "former_number");
	print_number(c, object, "passport_number");
	print_number(c, object, "permit_number");
	if (c->show) {
		print_issue_count(c, object);
		print_field(c, object, "authority");
	}
	print_validity(c, object);
	print_fingerprints(c, object);
	print_warnings(c, object);
}

/* "usb-1-2: " */
static void print_reader(const struct ctl *c, const char *name)
{
	print_clean(stdout, name);
	fputs(c->chinese ? ":" : ": ", stdout);
}

static void print_device(const struct ctl *c, const json_t *device)
{
	const json_t *error = json_object_get(device, "error");
	const char *code = json_string_value(error);

	fputs(message_word("state", json_text(device, "state"), c->chinese), stdout);
	printf("  %s  %s", json_text(device, "transport"), json_text(device, "path"));
	if (*json_text(device, "sam_id")) {
		fputs("  SAM ", stdout);
		print_clean(stdout, json_text(device, "sam_id"));
	}
	putchar('\n');
	if (code) {
		const char *text = idcard_error_text(idcard_error_from_code(code), c->chinese);

		fputs("  ", stdout);
		print_clean(stdout, text ? text : code);
		putchar('\n');
	}
}

void print_devices(const struct ctl *c, const json_t *devices)
{
	const json_t *device;
	size_t i;

	json_array_foreach(devices, i, device) {
		print_reader(c, json_text(device, "name"));
		print_device(c, device);
	}
}

/* What the reader does with a card is told by the events of the card. */
static bool is_card_step(const char *state)
{
	return strcmp(state, "selecting") == 0 || strcmp(state, "reading") == 0 ||
	       strcmp(state, "holding") == 0;
}

static void print_device_event(const struct ctl *c, const json_t *object)
{
	const json_t *device = json_object_get(object, "device");
	const char *event = json_text(object, "event");

	if (is_card_step(json_text(device, "state")) && strcmp(event, "changed") == 0)
		return;
	print_reader(c, json_text(device, "name"));
	fputs(message_word("device", event, c->chinese), stdout);
	if (strcmp(event, "removed") == 0) {
		putchar('\n');
		return;
	}
	fputs(c->chinese ? "," : ", ", stdout);
	print_device(c, device);
}

static void print_card_event(const struct ctl *c, const json_t *object)
{
	const char *event = json_text(object, "event");
	const json_t *attempt = json_object_get(object, "attempt");
	char number[32];

	print_reader(c, json_text(json_object_get(object, "reader"), "name"));
	if (json_is_integer(attempt)) {
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(attempt));
		say(c, stdout, MSG_ATTEMPT, number);
	} else {
		puts(message_word("card", event, c->chinese));
	}
}

void print_event(const struct ctl *c, const json_t *object)
{
	const char *class = json_text(object, "class");
	const json_t *reader = json_object_get(object, "reader");

	if (strcmp(class, "IDENTITY") == 0) {
		print_identity(c, object);
	} else if (strcmp(class, "DEVICE") == 0) {
		print_device_event(c, object);
	} else if (strcmp(class, "CARD") == 0) {
		print_card_event(c, object);
	} else if (strcmp(class, "ERROR") == 0) {
		if (reader)
			print_reader(c, json_text(reader, "name"));
		print_clean(stdout, error_sentence(c, object));
		putchar('\n');
	}
}
