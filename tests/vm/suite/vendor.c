// SPDX-License-Identifier: GPL-2.0-or-later
/* Only prototypes of the public manuals: what such a program has. */
#include "vendor.h"

#include <dlfcn.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

#define LIBRARIES "/usr/lib/idcard-compat/"

enum {
	POLL_MS = 20,
	TEXT = 256,
	PHOTO = 1024,
	NUMBER = 122,		/* offset in the text, UTF-16LE */
	NUMBER_UNITS = 18,
	KIND = 248,
	FOREIGNER_UNITS = 15,
};

static void *symbol(void *library, const char *name)
{
	void *s = dlsym(library, name);

	if (!s) {
		dprintf(STDERR_FILENO, "# no %s\n", name);
		_exit(3);
	}
	return s;
}

static void *load(const char *path)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!library) {
		dprintf(STDERR_FILENO, "# %s\n", dlerror());
		_exit(3);
	}
	return library;
}

static uint64_t digest(uint64_t d, const void *data, size_t size)
{
	const uint8_t *p = data;

	while (size--)
		d = (d ^ *p++) * UINT64_C(0x100000001b3);
	return d;
}

static void give(int out, const char *number, uint64_t d)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "%s %016llx\n", number, (unsigned long long)d);

	if (write(out, line, n) != n)
		_exit(4);
}

static void ready(int out)
{
	if (write(out, "\n", 1) != 1)
		_exit(4);
}

/* The number as ASCII, without the spaces behind it. */
static void number_of(const uint8_t *text, char ret[NUMBER_UNITS + 1])
{
	size_t n = text[KIND] == 'I' ? FOREIGNER_UNITS : NUMBER_UNITS;

	for (size_t i = 0; i < n; i++)
		ret[i] = text[NUMBER + 2 * i];
	ret[n] = '\0';
	ret[strcspn(ret, " ")] = '\0';
}

void vendor_sdt(int out, size_t port)
{
	void *l = load(LIBRARIES "libsdtapi.so");
	int (*open_port)(int) = symbol(l, "SDT_OpenPort");
	int (*find)(int, unsigned char *, int) = symbol(l, "SDT_StartFindIDCard");
	int (*select)(int, unsigned char *, int) = symbol(l, "SDT_SelectIDCard");
	int (*read_base)(int, unsigned char *, unsigned int *, unsigned char *, unsigned int *,
			 int) = symbol(l, "SDT_ReadBaseMsg");

	while (open_port(port) != 0x90)
		poll(NULL, 0, POLL_MS);
	ready(out);
	for (;; poll(NULL, 0, POLL_MS)) {
		uint8_t text[TEXT], photo[PHOTO], small[8];
		unsigned int text_size = 0, photo_size = 0;
		char number[NUMBER_UNITS + 1];

		if (find(port, small, 0) != 0x9f || select(port, small, 0) != 0x90 ||
		    read_base(port, text, &text_size, photo, &photo_size, 0) != 0x90)
			continue;
		if (text_size != TEXT || photo_size != PHOTO)
			_exit(5);
		number_of(text, number);
		give(out, number, digest(digest(0, text, TEXT), photo, PHOTO));
	}
}

/* The sixth line of wz.txt, or nothing. */
static void number_in_file(char *ret, size_t size)
{
	FILE *f = fopen("wz.txt", "re");
	char line[256] = "";

	for (int i = 0; f && i < 6; i++)
		if (!fgets(line, sizeof(line), f))
			line[0] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	snprintf(ret, size, "%s", line);
	if (f)
		fclose(f);
}

void vendor_cvr(int out, size_t port)
{
	static const char *const getters[] = { "GetPeopleName", "GetPeopleSex", "GetPeopleBirthday",
					       "GetPeopleAddress", "GetDepartment", "GetStartDate",
					       "GetEndDate" };
	void *l = load(LIBRARIES "libtermb.so");
	int (*init)(int) = symbol(l, "CVR_InitComm");
	int (*authenticate)(void) = symbol(l, "CVR_Authenticate");
	int (*read_content)(int) = symbol(l, "CVR_Read_Content");
	int (*get_number)(char *, int *) = symbol(l, "GetPeopleIDCode");
	char directory[] = "/tmp/cvr-XXXXXX";

	if (!mkdtemp(directory) || chdir(directory) < 0)
		_exit(6);
	while (init(port) != 1)
		poll(NULL, 0, POLL_MS);
	ready(out);
	for (;; poll(NULL, 0, POLL_MS)) {
		char number[64] = "", file[64], text[256];
		int size = sizeof(number);
		uint64_t d = 0;

		if (authenticate() != 1 || read_content(4) != 1 || get_number(number, &size) != 1)
			continue;
		for (size_t i = 0; i < ELEMENTSOF(getters); i++) {
			int (*get)(char *, int *) = symbol(l, getters[i]);

			size = sizeof(text);
			if (get(text, &size) == 1)
				d = digest(d, text, strlen(text) + 1);
		}
		number_in_file(file, sizeof(file));
		give(out, strcmp(number, file) ? "file-of-another" : number, d);
	}
}
