// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration files: each reader of one is given every input. Input: the file. */
#include <linux/input.h>

#include "config.h"
#include "fuzz.h"
#include "memory-file.h"
#include "place.h"
#include "scan/settings.h"

struct seen {
	const char *text;
	unsigned int calls;
	unsigned int refuse_at;		/* the call that refuses its value; 0: none */
	char value[CONFIG_LINE_MAX + 1];	/* which it did not like */
	char key[CONFIG_LINE_MAX + 1];
	char section[CONFIG_LINE_MAX + 1];
};

/* Nothing is made up, and nothing follows a refusal. */
static int take(const char *section, const char *key, const char *value, void *userdata)
{
	struct seen *seen = userdata;

	FUZZ_CHECK(strlen(section) + strlen(key) <= 2 * CONFIG_LINE_MAX);
	FUZZ_CHECK(strlen(value) <= CONFIG_LINE_MAX);
	FUZZ_CHECK(strstr(seen->text, section) && strstr(seen->text, key));
	FUZZ_CHECK(strstr(seen->text, value));
	FUZZ_CHECK(!strchr(value, '\n'));
	FUZZ_CHECK(!seen->refuse_at || seen->calls < seen->refuse_at);
	if (++seen->calls != seen->refuse_at)
		return 0;
	snprintf(seen->value, sizeof(seen->value), "%s", value);
	snprintf(seen->key, sizeof(seen->key), "%s", key);
	snprintf(seen->section, sizeof(seen->section), "%s", section);
	return -EINVAL;
}

/* What the lines are said to hold is what is given; a long one is refused. */
static void check_lines(const char *text, size_t size, unsigned int calls)
{
	unsigned int settings = 0;

	for (const char *p = text; p < text + size; p++) {
		size_t n = strcspn(p, "\n");

		FUZZ_CHECK(n <= CONFIG_LINE_MAX);
		settings += memchr(p, '=', n) || memchr(p, ':', n);
		p += n;
	}
	FUZZ_CHECK(calls <= settings);
}

static int parse(const char *text, size_t size, struct seen *seen, struct config_problem *problem)
{
	memset(problem, 0, sizeof(*problem));
	*seen = (struct seen){ .text = text, .refuse_at = seen->refuse_at };
	return config_parse(text, size, take, seen, problem);
}

/* Would it show if the value were told? Not where the sentence looks like that anyway. */
static bool is_told(const struct seen *seen)
{
	return strlen(seen->value) >= 10 && !strpbrk(seen->value, "[]\"") &&
	       !strstr(seen->key, seen->value) && !strstr(seen->section, seen->value) &&
	       !strstr("wrong value for", seen->value) && !strstr(" in section ", seen->value);
}

static void check_config(const char *text, size_t size)
{
	struct seen seen = {};
	struct config_problem problem;
	int r = parse(text, size, &seen, &problem);

	FUZZ_CHECK(r == 0 || r == -EINVAL || r == -EFBIG);
	FUZZ_CHECK(strnlen(problem.text, sizeof(problem.text)) < sizeof(problem.text));
	FUZZ_CHECK(!r == !*problem.text);
	if (r < 0)
		return;
	check_lines(text, size, seen.calls);
	/* A value that is refused is not told. */
	for (unsigned int n = seen.calls; n >= 1; n /= 2) {
		seen.refuse_at = n;
		FUZZ_CHECK(parse(text, size, &seen, &problem) == -EINVAL);
		FUZZ_CHECK(problem.line > 0 && *problem.text);
		FUZZ_CHECK(!is_told(&seen) || !strstr(problem.text, seen.value));
	}
}

static void check_scanners(const char *text, size_t size)
{
	struct config_problem problem;
	struct settings settings;
	int r = settings_parse(text, size, &settings, &problem);

	if (r < 0) {
		FUZZ_CHECK(*problem.text);
		return;
	}
	FUZZ_CHECK(settings.n <= SETTINGS_MAX);
	for (unsigned int i = 0; i < settings.n; i++) {
		const struct setting *s = &settings.scanner[i], *found;
		const struct identification id = {
			BUS_USB, s->vendor, s->product, *s->name ? s->name : "any",
		};

		FUZZ_CHECK(s->has_usb || *s->name);
		FUZZ_CHECK(strncmp(s->label, "scanner", 7) == 0);
		found = settings_find(&settings, &id);
		FUZZ_CHECK(found && found <= s);
		for (unsigned int j = 0; j < i; j++)
			FUZZ_CHECK(strcmp(s->label, settings.scanner[j].label) != 0);
	}
}

/* What may be named is found by its name, as it would be written down. */
static void check_name(const char *text, size_t size)
{
	char name[SETTINGS_NAME_SIZE + 8] = "", file[sizeof(name) + 32];
	struct identification id = { BUS_USB, 1, 2, name };
	struct config_problem problem;
	struct settings settings;

	if (size >= sizeof(name) || memchr(text, '\0', size))
		return;
	memcpy(name, text, size);
	if (!settings_can_name(name))
		return;
	snprintf(file, sizeof(file), "[scanner]\nname = %s\n", name);
	FUZZ_CHECK(settings_parse(file, strlen(file), &settings, &problem) == 0);
	FUZZ_CHECK(settings_find(&settings, &id));
	id.name = "another that nobody named";
	FUZZ_CHECK(!settings_find(&settings, &id) || strcmp(id.name, name) == 0);
}

static void check_place(const struct place *p)
{
	FUZZ_CHECK(p->path[0] == '/' && strlen(p->path) < PLACE_PATH_SIZE);
	FUZZ_CHECK(p->options.baud == 0 || (p->options.baud >= 9600 && p->options.baud <= 115200));
	FUZZ_CHECK(p->options.dialect < _TRANSPORT_DIALECT_MAX);
	FUZZ_CHECK(p->kind < _TRANSPORT_KIND_MAX);
}

static void check_places(const char *text, size_t size)
{
	struct config_problem problem;
	struct places places;
	struct place place;

	if (place_parse(text, &place) == 0)
		check_place(&place);
	if (places_parse(text, size, &places, &problem) < 0) {
		FUZZ_CHECK(*problem.text);
		return;
	}
	FUZZ_CHECK(places.n <= PLACES_MAX);
	for (size_t i = 0; i < places.n; i++) {
		check_place(&places.place[i]);
		FUZZ_CHECK(places.place[i].kind == TRANSPORT_SERIAL);
		for (size_t j = 0; j < i; j++)
			FUZZ_CHECK(strcmp(places.place[i].path, places.place[j].path) != 0);
	}
}

static void check_values(const char *text)
{
	bool truth;
	char again[24];
	long n;

	if (config_boolean(text, &truth) == 0)
		FUZZ_CHECK(strlen(text) <= 5);
	if (config_number(text, -40, 70000, &n) == 0) {
		FUZZ_CHECK(n >= -40 && n <= 70000);
		snprintf(again, sizeof(again), "%ld", n);
		FUZZ_CHECK(strtol(again, NULL, 10) == n);
	}
}

/* From a file it is the same, if the file is one that only its owner can have written. */
static void check_file(const char *text, size_t size)
{
	static const mode_t modes[] = { 0600, 0640, 0644, 0622, 0660, 0602 };
	mode_t mode = modes[size % ELEMENTSOF(modes)];
	struct config_problem problem = {}, same = {};
	struct seen seen = { .text = text };
	struct settings settings, again;
	struct places places;
	bool secret = size & 8;
	char path[32];
	int fd = memory_file((const uint8_t *)text, size, path), r;

	FUZZ_CHECK(fchmod(fd, mode) == 0);
	r = config_read(path, secret, take, &seen, &problem);
	FUZZ_CHECK((r == -EPERM) == ((mode & 022) || (secret && (mode & 07))));
	if (r != -EPERM) {
		FUZZ_CHECK(r == parse(text, size, &seen, &same) && problem.line == same.line);
		r = settings_read(path, &settings, &problem);
		FUZZ_CHECK(r == settings_parse(text, size, &again, &same));
		FUZZ_CHECK(strcmp(problem.text, same.text) == 0);
		r = places_read(path, &places, &problem);
		FUZZ_CHECK(r == places_parse(text, size, &places, &same));
		FUZZ_CHECK(strcmp(problem.text, same.text) == 0);
	}
	safe_close(fd);
	FUZZ_CHECK(config_read(path, secret, take, &seen, &problem) == -ENOENT && *problem.text);
	FUZZ_CHECK(config_read("/", secret, take, &seen, &problem) == -EPERM);
}

/* Too large for a seed. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct config_problem problem;
	struct seen seen = {};
	char *large = malloc(CONFIG_SIZE_MAX + 2);

	memset(large, '\n', CONFIG_SIZE_MAX + 1);
	large[CONFIG_SIZE_MAX + 1] = '\0';
	FUZZ_CHECK(parse(large, CONFIG_SIZE_MAX, &seen, &problem) == 0);
	FUZZ_CHECK(parse(large, CONFIG_SIZE_MAX + 1, &seen, &problem) == -EFBIG);
	free(large);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *file = malloc(size + 1), *text = fuzz_string(data, size);

	if (size)
		memcpy(file, data, size);
	file[size] = '\0';
	check_config(file, size);
	check_scanners(file, size);
	check_name(file, size);
	check_places(file, size);
	check_file(file, size);
	check_values(text);
	free(text);
	free(file);
	return 0;
}
