/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for one card and prints name and number. cc read.c $(pkg-config --cflags --libs idcard) */
#include <idcard.h>
#include <stdio.h>

static int fail(const char *why, const char *otherwise)
{
	fprintf(stderr, "%s\n", why ? why : otherwise);
	return 1;
}

int main(void)
{
	idcard_client *client;
	idcard_identity *who;
	const char *name;
	int r = idcard_client_open(NULL, &client);

	if (r < 0)
		return fail(idcard_message(idcard_client_open_error(r), 0), "The daemon is of another version.");
	if (idcard_read(client, NULL, -1, &who) < 0)
		return fail(idcard_client_error_message(client, 0), "The card could not be read.");
	name = idcard_identity_get(who, "name");	/* foreigners may have no Chinese one */
	printf("%s %s\n", name ? name : idcard_identity_get(who, "name_latin"),
	       idcard_identity_get(who, "id_number"));
	idcard_identity_free(who);
	idcard_client_close(client);
	return 0;
}
