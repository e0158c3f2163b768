/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libsdtapi.so: name and number of each card.
 * cc cards.c -I/usr/include/idcard-compat -L/usr/lib/idcard-compat -lsdtapi; see idcard-compat(7).
 */
#include <iconv.h>
#include <sdtapi.h>
#include <stdio.h>
#include <time.h>

/* Numbers of the interface; and where in the text the fields are, in bytes. docs/protocol.md, "The text block" */
enum {
	PORT = 1001,
	FOUND = 0x9f,
	GOOD = 0x90,
	NAME = 0,
	NAME_SIZE = 30,
	NUMBER = 122,
	NUMBER_SIZE = 36,
	KIND = 248,
};

/* Fields are UTF-16LE, filled up with blanks. */
static void print(unsigned char *field, size_t size, char after)
{
	char text[64], *in = (char *)field, *out = text;
	size_t room = sizeof(text);
	iconv_t convert = iconv_open("UTF-8", "UTF-16LE");

	iconv(convert, &in, &size, &out, &room);
	iconv_close(convert);
	while (out > text && out[-1] == ' ')
		out--;
	printf("%.*s%c", (int)(out - text), text, after);
}

static void read_card(void)
{
	unsigned char id[8], text[256], photo[1024];
	unsigned int text_size, photo_size;
	int r = SDT_SelectIDCard(PORT, id, 0);

	if (r == GOOD)
		r = SDT_ReadBaseMsg(PORT, text, &text_size, photo, &photo_size, 0);
	if (r != GOOD) {
		fprintf(stderr, "The card was not read: 0x%02x. Place it again.\n", r);
		return;
	}
	if (text[KIND] == 'I') {	/* has its fields at other places */
		fputs("This is a foreigner's card of 2017.\n", stderr);
		return;
	}
	print(text + NAME, NAME_SIZE, ' ');
	print(text + NUMBER, NUMBER_SIZE, '\n');
	fflush(stdout);
}

int main(void)
{
	const struct timespec pause = { .tv_nsec = 200000000 };
	unsigned char id[4];
	int r = SDT_OpenPort(PORT);

	if (r != GOOD) {
		fprintf(stderr, "No reader: 0x%02x. Plug it in, and look at: idcardctl doctor\n", r);
		return 1;
	}
	for (;;) {
		/* Each card is found once. 0x80: there is none. */
		if (SDT_StartFindIDCard(PORT, id, 0) == FOUND)
			read_card();
		else
			nanosleep(&pause, NULL);
	}
}
