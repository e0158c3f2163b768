// SPDX-License-Identifier: GPL-2.0-or-later
/* What a watch asks for beyond the text, from the card to the client; others do not get it. */
#include "suite.h"

#include <string.h>

#include "util.h"

static const struct wanted {
	const char *persona;
	size_t fingers, addresses;
} cards[] = {
	{ "resident", 0, 0 },
	{ "resident_1_finger", 1, 0 },
	{ "resident_2_fingers", 2, 0 },
	{ "resident_moved", 0, 1 },
	{ "resident_2_addresses", 0, 2 },
};

/* Of the personas with fingerprints. */
static const struct {
	unsigned int code, quality;
	const char *data;
} fingers[] = {
	{ 0x0b, 0x46, "QwECAQELRiQpLjM4PUJH" },
	{ 0x10, 0x3c, "QwECAQEQPCQpLjM4PUJH" },
};

static const char *const addresses[] = { "示例市新地址路3号", "示例市又一新地址路4号" };

static void start(void)
{
	sim_start("split");
	sim("plug");
	ready();
}

static json_t *identity_of(idcard_client *c, const char *persona)
{
	json_t *identity = watch_next(c, "IDENTITY", NULL, 10000);

	require(strcmp(get(identity, "id_number"), "110101190001010014") == 0, "%s: wrong person",
		persona);
	return identity;
}

static void check_fingerprints(const json_t *identity, const struct wanted *w)
{
	const json_t *list = json_object_get(identity, "fingerprints");

	require(json_array_size(list) == w->fingers, "%s: %zu fingerprints", w->persona,
		json_array_size(list));
	for (size_t i = 0; i < w->fingers; i++) {
		const json_t *f = json_array_get(list, i);
		const char *data = get(f, "data");

		require(json_integer_value(json_object_get(f, "finger_code")) == fingers[i].code &&
			json_integer_value(json_object_get(f, "quality")) == fingers[i].quality,
			"%s: another finger", w->persona);
		require(strcmp(get(f, "result"), "ok") == 0, "%s: result", w->persona);
		/* 512 bytes in base64. */
		require(strlen(data) == 684 && strncmp(data, fingers[i].data, 20) == 0,
			"%s: the template is not as on the card", w->persona);
	}
}

static void check_addresses(const json_t *identity, const struct wanted *w)
{
	const json_t *list = json_object_get(identity, "new_address");

	require(json_array_size(list) == w->addresses, "%s: %zu addresses", w->persona,
		json_array_size(list));
	for (size_t i = 0; i < w->addresses; i++)
		require(strcmp(json_string_value(json_array_get(list, i)), addresses[i]) == 0,
			"%s: address %zu", w->persona, i);
}

static void check_plain(const json_t *identity, const char *persona)
{
	require(!json_object_get(identity, "fingerprints"), "%s: fingerprints unasked", persona);
	require(!json_object_get(identity, "new_address"), "%s: addresses unasked", persona);
}

static void one_card(idcard_client *all, idcard_client *plain, const struct wanted *w)
{
	json_t *identity;

	sim("place %s", w->persona);
	identity = identity_of(all, w->persona);
	check_fingerprints(identity, w);
	check_addresses(identity, w);
	json_decref(identity);
	identity = identity_of(plain, w->persona);
	check_plain(identity, w->persona);
	json_decref(identity);
	lift();
}

void test_watch_options(void)
{
	idcard_client *all, *plain;

	start();
	all = watch_with("\"fingerprint\":true,\"new_address\":true");
	plain = watch_open();
	for (size_t i = 0; i < ELEMENTSOF(cards); i++)
		one_card(all, plain, &cards[i]);
	watch_close_all();
	/* Nobody wants them any more. */
	plain = watch_open();
	sim("place resident_2_fingers");
	json_decref(identity_of(plain, "resident_2_fingers"));
	require(strstr(sim("status"), " read=yes"), "the card was not read");
	suite_note("0, 1, 2 fingers; 0, 1, 2 addresses");
}

static bool warns(const json_t *identity, const char *word)
{
	const json_t *list = json_object_get(identity, "warnings");

	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
			return true;
	return false;
}

static void check_name(idcard_client *c, const char *name, const char *word, const char *not_word)
{
	json_t *identity = identity_of(c, "resident_private_use");

	require(strcmp(get(identity, "name"), name) == 0, "the name is %s", get(identity, "name"));
	require(warns(identity, word), "no warning %s", word);
	require(!warns(identity, not_word), "warning %s", not_word);
	json_decref(identity);
}

void test_linked_and_private(void)
{
	idcard_client *mapped, *raw;
	json_t *identity;

	start();
	raw = watch_open();
	mapped = watch_with("\"map_private_use\":true");
	sim("place foreigner_2023_linked");
	identity = watch_next(raw, "IDENTITY", NULL, 10000);
	require(strcmp(get(identity, "id_number"), personas[2].number) == 0, "the wrong person");
	require(strcmp(get(identity, "former_number"), personas[1].number) == 0,
		"the former number is %s", get(identity, "former_number"));
	json_decref(identity);
	json_decref(watch_next(mapped, "IDENTITY", NULL, 10000));
	lift();
	sim("place foreigner_2023");
	identity = watch_next(raw, "IDENTITY", NULL, 10000);
	require(!json_object_get(identity, "former_number"), "a number of a card that never was");
	json_decref(identity);
	json_decref(watch_next(mapped, "IDENTITY", NULL, 10000));
	lift();
	sim("place resident_private_use");
	check_name(raw, "测试\xee\xa0\x9e", "private_use_characters", "mapped_characters");
	check_name(mapped, "测试\xe9\xbe\xb4", "mapped_characters", "private_use_characters");
}
