/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is inside the handles of idcard.h. */
#ifndef IDCARD_LIBIDCARD_INTERNAL_H
#define IDCARD_LIBIDCARD_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "idcard.h"
#include "libidcard-json.h"
#include "number.h"
#include "stream.h"

enum {
	CLIENT_CODE_SIZE = 48,		/* of a stable word */
	CLIENT_MESSAGE_SIZE = 512,	/* of a sentence */
	/* What the daemon may take for its reply beyond the time of a READ: decoding a portrait. */
	CLIENT_GRACE_MS = 10000,
};

enum client_watch {
	CLIENT_WATCH_OFF,
	CLIENT_WATCH_ASKED,	/* what comes before the reply is of an earlier watch */
	CLIENT_WATCH_ON,
};

struct idcard_client {
	struct stream stream;
	char *release;
	unsigned int grace_ms;
	unsigned int last_id;		/* of the requests that the library makes */
	unsigned int watch_id;
	enum client_watch watch;
	char code[CLIENT_CODE_SIZE];	/* of the last error; empty if there was none */
	char message[CLIENT_MESSAGE_SIZE];
};

struct idcard_identity {
	char *json;		/* secret memory */
	struct json_text text;
};

/* Of a function that takes milliseconds, -1 for ever. */
uint64_t client_deadline(int timeout_ms);

/* As idcard_client_receive(), until @deadline, microseconds; UINT64_MAX is for ever. */
int client_wait(idcard_client *c, uint64_t deadline, const char **ret);

/* The identity of a line that was taken apart, *@text moved into it. -EBADMSG, -EPROTO, -ENOMEM. */
int identity_of(const char *line, struct json_text *text, idcard_identity **ret);

/* The result of a check, as the functions of idcard.h return it. */
int entry_result(enum idcard_error e);

/* NULL is no date. */
struct idcard_date public_date(const struct date *d);

#endif
