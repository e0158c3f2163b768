/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SDT: a program's ports and the card on each, in the terms that all vendor interfaces share. The
 * libraries of this folder are written on it; it is the client of the hub (docs/socket.md,
 * "Claims").
 *
 * There is one set of ports in a process, below one recursive lock: callers open in one function
 * and read in another thread. Each function takes that lock itself; a library that needs several
 * steps in one piece holds it with _cleanup_sdt_lock_.
 *
 * A port that was closed keeps its connection, so that the card that was read stays hidden until it
 * is lifted, whoever opens and closes for every read.
 */
#ifndef IDCARD_COMPAT_SDT_H
#define IDCARD_COMPAT_SDT_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

/* What every function here returns: the codes of the interface. 0x10 and above are the reader's. */
enum sdt_status {
	SDT_PORT_FAILED = 0x01,		/* no such port, nothing plugged in, or not open */
	SDT_TIMEOUT = 0x02,		/* the daemon does not answer in time */
	SDT_READ_ERROR = 0x03,		/* it answers nonsense */
	SDT_NO_BAUD = 0x05,
	SDT_FILE_FAILED = 0x09,
	SDT_BAD_COMMAND = 0x21,
	SDT_NOT_PERMITTED = 0x23,	/* the daemon does not let this user in */
	SDT_UNKNOWN = 0x24,
	SDT_READ_FAILED = 0x41,
	SDT_NO_CARD = 0x80,
	SDT_SELECT_FAILED = 0x81,
	SDT_OK = 0x90,
	SDT_NO_CONTENT = 0x91,
	SDT_FOUND = 0x9f,
};

/* Ports: 1 to 16 serial, 1001 to 1016 USB in the order of their sockets, 9999 the first USB one. */
enum {
	SDT_COM_FIRST = 1,
	SDT_COM_LAST = 16,
	SDT_USB_FIRST = 1001,
	SDT_USB_LAST = 1016,
	SDT_USB_HID = 9999,
};

void sdt_lock(void);
void sdt_unlock(void);

static inline void sdt_unlockp(int *locked)
{
	sdt_unlock();
}
#define _cleanup_sdt_lock_ __attribute__((cleanup(sdt_unlockp), unused))

/*
 * OK, PORT_FAILED or NOT_PERMITTED, and fast if nothing is plugged in there. Open already: is its
 * reader still there?
 */
int sdt_open(int port);
int sdt_close(int port);
bool sdt_is_open(int port);

/*
 * The rule of iIfOpen: open for this call if it is not open and @if_open is not 0. OK and *@ret
 * (give it to sdt_end()), or PORT_FAILED.
 */
struct sdt_use {
	int port;
	bool opened;
};
int sdt_begin(int port, int if_open, struct sdt_use *ret);
void sdt_end(const struct sdt_use *use);

/* On an open port. What @ret points to is written only with success; it may be NULL. */
int sdt_find(int port, uint8_t iin[4]);				/* FOUND */
int sdt_select(int port, uint8_t sn[8]);			/* OK */
/* Text and portrait, and if wanted fingerprints, into *@record. */
int sdt_read(int port, bool fingerprints, struct record *record);
/* Only the addresses of *@record are written. NO_CONTENT: none of them, and the card is there. */
int sdt_read_addresses(int port, struct record *record);
int sdt_reset(int port);
int sdt_sam_status(int port);
int sdt_sam_id(int port, uint8_t id[16]);

#endif
