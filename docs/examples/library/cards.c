/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libidcard: name and number of each card, and errors.
 * cc cards.c $(pkg-config --cflags --libs idcard)
 */
#include <errno.h>
#include <idcard.h>
#include <stdio.h>
#include <unistd.h>

static void show(const idcard_identity *who)
{
	const char *name = idcard_identity_get(who, "name");
	const char *number = idcard_identity_get(who, "id_number");

	/* A field that the card does not have is NULL: foreigners may have no Chinese name. */
	if (!name)
		name = idcard_identity_get(who, "name_latin");
	if (!number)
		number = idcard_identity_get(who, "passport_number");
	printf("%s %s\n", name ? name : "-", number ? number : "-");
	fflush(stdout);
}

/* Until the daemon is gone. */
static void watch(idcard_client *client)
{
	idcard_identity *who;
	int r = idcard_watch(client, NULL);

	while (r != -EPIPE && r != -EMSGSIZE) {
		r = idcard_next(client, -1, &who);
		if (r > 0) {
			show(who);
			idcard_identity_free(who);
		} else if (idcard_client_error_code(client)) {
			/* Of the card, the reader, the daemon. */
			fprintf(stderr, "%s\n", idcard_client_error_message(client, 0));
		}
	}
}

int main(void)
{
	for (;; sleep(1)) {
		idcard_client *client;
		int r = idcard_client_open(NULL, &client);

		if (r >= 0) {
			watch(client);
			idcard_client_close(client);
		} else {
			const char *word = idcard_client_open_error(r);

			fprintf(stderr, "%s\n", word ? idcard_message(word, 0) : "This is no daemon for this program.");
			if (r == -EACCES || r == -EPROTO)
				return 1;
		}
	}
}
