// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profiles of vendors' web services. Input: a byte that chooses the profile, one of switches, one
 * that chooses an error; then lines: the path, or the message; the query; and KEY=VALUE for each
 * string of the identity, none where there is none.
 */
#include <jansson.h>

#include "errors.h"
#include "fuzz.h"
#include "text.h"
#include "web/profile-internal.h"

enum {
	JSONP = 1,
	PHOTO = 2,
	STRICT = 4,
	DOTTED = 8,
	POST = 16,
	READER = 32,
	STOPPED = 64,
	SAM_ID = 128,

	WAIT_MAX_MS = 3600 * 1000,
};

struct input {
	const struct profile *profile;
	struct profile_settings settings;
	struct profile_outcome outcome;
	bool post;
	json_t *identity;
};

/* The next line, to be freed; NULL: there is none. */
static char *take_line(struct fuzz_input *in, size_t *ret_size)
{
	const uint8_t *end = in->size ? memchr(in->data, '\n', in->size) : NULL;
	struct fuzz_input line;

	if (in->size == 0)
		return NULL;
	line = fuzz_take(in, end ? (size_t)(end - in->data) : in->size);
	if (in->size)
		fuzz_byte(in);
	*ret_size = line.size;
	return fuzz_string(line.data, line.size);
}

static json_t *value_of(const char *key, const char *value)
{
	if (strcmp(key, "valid_long_term") == 0)
		return json_boolean(*value == 't');
	if (strcmp(key, "issue_count") == 0)
		return json_integer(atoi(value));
	/* Also what is no UTF-8: a reply must be, all the same. */
	if (strcmp(key, "portrait") == 0)
		return json_pack("{s:s,s:s,s:o}", "status", "ok", "format", "jpeg", "data",
				 json_string_nocheck(value));
	return json_string_nocheck(value);
}

static json_t *take_identity(struct fuzz_input *in)
{
	json_t *identity = NULL;
	size_t size;
	char *line;

	while ((line = take_line(in, &size))) {
		char *value = strchr(line, '=');

		if (value) {
			*value++ = '\0';
			identity = identity ? identity : json_object();
			json_object_set_new_nocheck(identity, line, value_of(line, value));
		}
		free(line);
	}
	return identity;
}

static void take_choices(struct fuzz_input *in, struct input *input)
{
	size_t n = 0;
	unsigned int bits;

	while (profiles[n])
		n++;
	input->profile = profiles[fuzz_byte(in) % n];
	bits = fuzz_byte(in);
	input->settings = (struct profile_settings){
		.jsonp = bits & JSONP,
		.photo_required = bits & PHOTO,
		.strict_json = bits & STRICT,
		.dotted_dates = bits & DOTTED,
	};
	input->post = bits & POST;
	input->outcome = (struct profile_outcome){
		.error = fuzz_byte(in) % _IDCARD_ERROR_MAX,
		.reader = bits & READER,
		.stopped = bits & STOPPED,
		.sam_id = bits & SAM_ID ? "05.03-20200101-0000012345-0000067890" : NULL,
	};
}

static void check_call(const struct input *input, const struct profile_call *call)
{
	const char *callback = call->callback;

	FUZZ_CHECK(call->need <= PROFILE_PUSH_END);
	FUZZ_CHECK(call->wait_ms <= WAIT_MAX_MS);
	FUZZ_CHECK(memchr(callback, '\0', sizeof(call->callback)));
	FUZZ_CHECK(!*callback || input->settings.jsonp);
	for (; *callback; callback++)
		FUZZ_CHECK(strchr("_$.", *callback) || (*callback >= '0' && *callback <= '9') ||
			   ((*callback | 0x20) >= 'a' && (*callback | 0x20) <= 'z'));
}

static struct profile_call take_call(struct fuzz_input *in, const struct input *input)
{
	size_t size = 0, query_size = 0;
	char *path = take_line(in, &size), *query = take_line(in, &query_size);
	const struct profile_request request = {
		.post = input->post,
		.path = path ? path : "",
		.query = query ? query : "",
		.body = "",
	};
	struct profile_call call;

	memset(&call, 0x55, sizeof(call));
	if (input->profile->websocket) {
		/* The message is not ended by a NUL. */
		char *message = fuzz_copy(request.path, strlen(request.path));

		input->profile->message(&input->settings, message, strlen(request.path), &call);
		free(message);
	} else {
		input->profile->request(&input->settings, &request, &call);
	}
	free(path);
	free(query);
	check_call(input, &call);
	return call;
}

static json_t *load(const char *text, size_t size)
{
	return json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
}

/* What two families of callers make of the one backslash. */
static json_t *load_zkteco(const struct profile_text *t)
{
	char *backslash = strchr(t->data, '\\'), *doubled;
	json_t *object;
	size_t before;

	FUZZ_CHECK(!load(t->data, t->size));
	FUZZ_CHECK(backslash && backslash == strrchr(t->data, '\\'));
	before = (size_t)(backslash - t->data);
	doubled = malloc(t->size + 1);
	memcpy(doubled, t->data, before + 1);
	memcpy(doubled + before + 1, backslash, t->size - before);
	object = load(doubled, t->size + 1);
	FUZZ_CHECK(object);
	json_decref(object);
	free(doubled);
	FUZZ_CHECK(!strstr(t->data, "\"CardType\": \""));
	FUZZ_CHECK(strstr(t->data, "\"IDNumber\": \""));
	*backslash = '/';
	return load(t->data, t->size);
}

static bool broken_on_purpose(const struct input *input, const struct profile_text *t)
{
	return input->profile == &profile_zkteco && !input->settings.strict_json &&
	       strstr(t->data, "\"Certificate\"");
}

/* The reply as what a page makes of it. */
static json_t *parse(const struct input *input, const struct profile_call *call,
		     struct profile_text *t, const char *type)
{
	size_t skip = 0, tail = 0;
	json_t *object;

	FUZZ_CHECK(strlen(t->data) == t->size && t->size < t->allocated);
	for (size_t i = 0; i < t->size; i++)
		FUZZ_CHECK((unsigned char)t->data[i] >= ' ' ||
			   (t->data[i] == '\n' && input->profile == &profile_huashi));
	FUZZ_CHECK(!strstr(type, "html") || !strchr(t->data, '<'));
	FUZZ_CHECK(!strstr(t->data, "\xe2\x80\xa8") && !strstr(t->data, "\xe2\x80\xa9"));
	if (broken_on_purpose(input, t))
		return load_zkteco(t);
	if (*call->callback) {
		skip = strlen(call->callback) + 1;
		tail = strlen(");");
		FUZZ_CHECK(strncmp(t->data, call->callback, skip - 1) == 0);
		FUZZ_CHECK(strcmp(t->data + t->size - tail, ");") == 0);
	}
	object = load(t->data + skip, t->size - skip - tail);
	FUZZ_CHECK(json_is_object(object));
	return object;
}

/* The number under the name that one of the vendors gives it. */
static const char *number_in(const json_t *object)
{
	static const char *const inside[] = { "resultContent", "Certificate", "IDCardInfo" };
	static const char *const names[] = { "certNumber", "cardno", "IDNumber", "certNo", "cardID" };

	for (size_t i = 0; i < ELEMENTSOF(inside); i++)
		if (json_object_get(object, inside[i]))
			object = json_object_get(object, inside[i]);
	for (size_t i = 0; i < ELEMENTSOF(names); i++)
		if (json_object_get(object, names[i]))
			return field(object, names[i]);
	return NULL;
}

/* Nobody's number where there is no card; the card's own where it is one. */
static void check_number(const struct input *input, const json_t *object)
{
	const char *number = number_in(object), *own = field_number(input->identity);

	if (!number)
		return;
	if (card_missing(&input->outcome) != IDCARD_ERROR_NONE)
		FUZZ_CHECK(!*number);
	if (*number && strspn(own, "0123456789X") == strlen(own))
		FUZZ_CHECK(strcmp(number, own) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	const char *type = "application/json";
	struct profile_text text = {};
	struct input input = {};
	struct profile_call call;
	json_t *object;

	take_choices(&in, &input);
	call = take_call(&in, &input);
	input.identity = take_identity(&in);
	input.outcome.identity = input.identity;
	if (call.need != PROFILE_NOT_FOUND) {
		input.profile->render(&input.settings, &call, &input.outcome, &text, &type);
		FUZZ_CHECK(text.error == 0);
		FUZZ_CHECK(text.size || input.profile->websocket);
		if (text.size) {
			object = parse(&input, &call, &text, type);
			check_number(&input, object);
			json_decref(object);
		}
	}
	text_wipe(&text);
	json_decref(input.identity);
	return 0;
}
