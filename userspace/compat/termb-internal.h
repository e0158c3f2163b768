/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the functions of termb.h have in common. All of it below the lock of sdt.h. */
#ifndef IDCARD_COMPAT_TERMB_INTERNAL_H
#define IDCARD_COMPAT_TERMB_INTERNAL_H

#include <limits.h>

#include "identity.h"
#include "options.h"
#include "photo.h"
#include "sam.h"
#include "sdt.h"
#include "trace.h"

/* What the functions return. */
enum {
	TERMB_FAILED = 0,
	TERMB_OK = 1,
	TERMB_NO_PORT = 2,		/* CVR_InitComm() */
	TERMB_NOT_FOUND = 2,		/* CVR_Authenticate(), CVR_FindCard() */
	TERMB_NOT_SELECTED = 3,		/* CVR_Authenticate(), CVR_SelectCard() */
	TERMB_FILES = 99,
	TERMB_HISIGN_PHOTO = 2,
};

/* Files, as bits of a set. Those of the device are named by the number of the security module. */
enum {
	TERMB_WZ = 1 << 0,
	TERMB_ZP = 1 << 1,
	TERMB_XP = 1 << 2,
	TERMB_FP = 1 << 3,
	TERMB_NEWADD = 1 << 4,
	TERMB_IINSNDN = 1 << 5,
	TERMB_DEVICE_TXT = 1 << 6,
	TERMB_DEVICE_BMP = 1 << 7,
	TERMB_FILES_MAX = 8,
};

struct termb_files {
	char directory[PATH_MAX];	/* absolute, of the last files; "": none yet */
	char device[SAM_ID_TEXT_SIZE];	/* number of the security module */
	unsigned int written;		/* and not removed since */
	unsigned int fresh;		/* those of the card that is selected */
};

struct termb {
	int port;			/* 0: none */
	bool selected;
	bool card;			/* what follows is of a card that was read whole */
	bool addresses;			/* and whether it has appended addresses is known */
	bool bmp_made;
	struct record record;
	struct identity identity;
	uint8_t bmp[PICTURE_BMP_SIZE];
	struct termb_files files;
};

/* The one card and port of this process. Zeros in a child that was forked off. */
struct termb *termb_state(void);

#define TERMB_LOCKED _cleanup_sdt_lock_ int locked = (sdt_lock(), 0)

/* Forgets the card that was read, and that one was selected. */
void termb_forget(struct termb *t);

/* Reads the selected card into memory; nothing is there if it fails. */
int termb_read(struct termb *t, bool fingerprints);

/* The picture as t->bmp; false if there is none. Nothing is decoded twice. */
bool termb_picture(struct termb *t);

/* The argument lists and names of termb-hisign.h? */
bool termb_hisign(void);

/* The number of the security module behind the open port. A negative errno, and *@ret "". */
int termb_device_number(struct termb *t, char ret[SAM_ID_TEXT_SIZE]);

/* What it returns when the picture is required and there is none; or could be left out. */
int termb_without_picture(void);

/*
 * Reads, and writes the files of @set, which may be 0: none. The text as lines if @decoded. What
 * CVR_Read_Content() returns; nothing is kept, in memory or in files, if it is not OK.
 */
int termb_read_to_files(struct termb *t, unsigned int set, bool decoded, bool fingerprints);

/* In the numbers of the flavour. */
int termb_result(int number);

/*
 * Chooses the directory for the files of @set, and removes from it those of cards before. A
 * negative errno if that cannot be, and so nothing may be read.
 */
int termb_files_begin(struct termb *t, unsigned int set);

/* One file of the set. */
int termb_file_write(struct termb *t, unsigned int file, const void *data, size_t size);

/* Away with the files of @set: the reading failed. */
void termb_files_drop(struct termb *t, unsigned int set);

/* CVR_CloseComm(). */
void termb_files_end(struct termb *t);

#endif
