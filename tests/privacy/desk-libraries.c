// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs with one of our libraries; it is the library's memory that is searched, not theirs. */
#include <dlfcn.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "idcard.h"
#include "tests/privacy/desk.h"
#include "util.h"

#define LIBRARIES "/usr/lib/idcard-compat/"

enum { USB = 1001, POLL_MS = 50, GOOD = 0x90, FOUND = 0x9f, TEXT = 256, PHOTO = 1024 };

static void *symbol(void *library, const char *name)
{
	void *s = library ? dlsym(library, name) : NULL;

	if (!s) {
		fprintf(stderr, "%s\n", dlerror());
		exit(2);
	}
	return s;
}

/* While a connection lasts; a daemon that crashes ends it. */
static void watch(void *l, idcard_client *c)
{
	const struct idcard_options options = {
		.size = sizeof(options), .portrait = IDCARD_PORTRAIT_BMP,
		.fingerprint = 1, .new_address = 1,
	};
	__typeof__(idcard_watch) *begin = symbol(l, "idcard_watch");
	__typeof__(idcard_next) *next = symbol(l, "idcard_next");
	__typeof__(idcard_identity_get) *get = symbol(l, "idcard_identity_get");
	__typeof__(idcard_identity_free) *done = symbol(l, "idcard_identity_free");
	idcard_identity *who;
	int r = begin(c, &options);

	desk_say("ready");
	while (r >= 0 || r == -EIO) {
		r = next(c, -1, &who);
		if (r <= 0)
			continue;
		if (get(who, "name") && get(who, "address") && get(who, "id_number"))
			desk_say("read");
		done(who);
	}
}

int desk_libidcard(char **arguments)
{
	void *l = dlopen("libidcard.so.1", RTLD_NOW);
	__typeof__(idcard_client_open) *open_client = symbol(l, "idcard_client_open");
	__typeof__(idcard_client_close) *close_client = symbol(l, "idcard_client_close");
	idcard_client *c;

	for (;; poll(NULL, 0, POLL_MS)) {
		if (open_client(NULL, &c) < 0)
			continue;
		watch(l, c);
		close_client(c);
	}
}

int desk_sdt(char **arguments)
{
	void *l = dlopen(LIBRARIES "libsdtapi.so", RTLD_NOW);
	int (*open_port)(int) = symbol(l, "SDT_OpenPort");
	int (*find)(int, uint8_t *, int) = symbol(l, "SDT_StartFindIDCard");
	int (*select)(int, uint8_t *, int) = symbol(l, "SDT_SelectIDCard");
	int (*read_all)(int, uint8_t *, unsigned int *, uint8_t *, unsigned int *, uint8_t *,
			unsigned int *, int) = symbol(l, "SDT_ReadBaseFPMsg");
	uint8_t *photo = desk_buffer + TEXT, *fingers = photo + PHOTO;
	unsigned int sizes[3];
	uint8_t small[8];

	while (open_port(USB) != GOOD)
		poll(NULL, 0, POLL_MS);
	desk_say("ready");
	for (;; poll(NULL, 0, POLL_MS)) {
		if (find(USB, small, 0) != FOUND || select(USB, small, 0) != GOOD ||
		    read_all(USB, desk_buffer, &sizes[0], photo, &sizes[1],
			     fingers, &sizes[2], 0) != GOOD)
			continue;
		desk_took(desk_buffer, sizes[0], "");
	}
}

/* All texts in both spellings, the picture, the bytes: without files, which are the user's. */
static void ask_everything(void *l)
{
	static const char *const getters[] = {
		"GetPeopleName", "GetPeopleAddress", "GetPeopleIDCode", "GetDepartment",
		"GetPeopleNameU", "GetPeopleAddressU", "GetPeopleIDCodeU", "GetDepartmentU",
		"GetBMPData", "GetJpgData", "Getbase64BMPData", "Getbase64JpgData", "GetNewAppMsg",
	};

	for (size_t i = 0; i < ELEMENTSOF(getters); i++) {
		int (*get)(char *, int *) = symbol(l, getters[i]);
		int size = DESK_BUFFER;

		get((char *)desk_buffer, &size);
		explicit_bzero(desk_buffer, DESK_BUFFER);
	}
}

int desk_termb(char **arguments)
{
	void *l = dlopen(LIBRARIES "libtermb.so", RTLD_NOW);
	int (*init)(int) = symbol(l, "CVR_InitComm");
	int (*authenticate)(void) = symbol(l, "CVR_Authenticate");
	int (*read_base)(uint8_t *, unsigned int *, uint8_t *, unsigned int *, int) =
		symbol(l, "CVR_ReadBaseMsg");
	int (*read_content)(int) = symbol(l, "CVR_Read_Content");
	unsigned int sizes[2];

	while (init(USB) != 1)
		poll(NULL, 0, POLL_MS);
	desk_say("ready");
	for (;; poll(NULL, 0, POLL_MS)) {
		if (authenticate() != 1 ||
		    read_base(desk_buffer, &sizes[0], desk_buffer + TEXT, &sizes[1], 1) != 1)
			continue;
		explicit_bzero(desk_buffer, DESK_BUFFER);
		ask_everything(l);
		/* The files that a user asks for, in the folder that he is in. */
		if (access("files-wanted", F_OK) == 0 && read_content(4) == 1)
			ask_everything(l);
		desk_say("read");
	}
}
