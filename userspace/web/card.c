// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/card.h"

#include <stdio.h>
#include <string.h>

static const char *word(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

void card_forget(struct card *c)
{
	json_decref(c->identity);
	c->identity = NULL;
	*c->reader = '\0';
	c->until = 0;
}

static void take_identity(struct card *c, json_t *identity, uint64_t now)
{
	const json_t *reader = json_object_get(identity, "reader");

	card_forget(c);
	/* Cut, two names might become one, and one reader would lift the card of another. */
	if (reader && strlen(word(reader, "name")) >= sizeof(c->reader))
		return;
	c->identity = json_incref(identity);
	c->placement++;
	c->until = now + CARD_SERVED_S * UINT64_C(1000000);
	snprintf(c->reader, sizeof(c->reader), "%s", word(reader, "name"));
}

static bool is_of(const struct card *c, const json_t *reader)
{
	return c->identity && strcmp(word(reader, "name"), c->reader) == 0;
}

static void take_card(struct card *c, const json_t *object)
{
	const char *event = word(object, "event");

	/* Placed: somebody else's, whichever reader it is; nobody shall get the person before. */
	if (strcmp(event, "placed") == 0)
		card_forget(c);
	else if ((strcmp(event, "lifted") == 0 || strcmp(event, "failed") == 0) &&
		 is_of(c, json_object_get(object, "reader")))
		card_forget(c);
}

/* Any change but those of a card that goes on lying there. */
static void take_device(struct card *c, const json_t *object)
{
	const json_t *device = json_object_get(object, "device");
	const char *state = word(device, "state");

	if (!is_of(c, device))
		return;
	if (strcmp(word(object, "event"), "changed") != 0 || strcmp(state, "faulty") == 0 ||
	    strcmp(state, "starting") == 0 || strcmp(state, "opening") == 0)
		card_forget(c);
}

void card_take(struct card *c, json_t *object, uint64_t now)
{
	const char *class = word(object, "class");

	if (strcmp(class, "IDENTITY") == 0)
		take_identity(c, object, now);
	else if (strcmp(class, "CARD") == 0)
		take_card(c, object);
	else if (strcmp(class, "DEVICE") == 0)
		take_device(c, object);
	else if (strcmp(class, "ERROR") == 0 && json_is_true(json_object_get(object, "placement")))
		card_forget(c);
}

json_t *card_now(struct card *c, uint64_t now)
{
	if (c->identity && now >= c->until)
		card_forget(c);
	return c->identity;
}
