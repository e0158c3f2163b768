/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is said to the security module of a reader, and what it answers: docs/protocol.md,
 * "Commands" and "Status codes". The one list of both.
 */
#ifndef IDCARD_SAM_COMMANDS_H
#define IDCARD_SAM_COMMANDS_H

/* CMD << 8 | PARA. */
enum sam_command {
	SAM_RESET = 0x10ff,
	SAM_STATUS = 0x11ff,
	SAM_READ_ID = 0x12ff,
	SAM_FIND = 0x2001,
	SAM_SELECT = 0x2002,
	SAM_READ = 0x3001,		/* text and portrait */
	SAM_READ_ADDRESS = 0x3003,	/* what was appended */
	SAM_READ_ALL = 0x3010,		/* text, portrait, fingerprints */
	SAM_SERIAL_SPEED = 0x6000,	/* PARA: which */
	SAM_MAX_RF = 0x61ff,		/* one byte follows */
};

/* SW3. */
enum sam_status {
	SAM_BAD_CHECKSUM = 0x10,
	SAM_BAD_LENGTH = 0x11,
	SAM_UNKNOWN_COMMAND = 0x21,
	SAM_NOT_PERMITTED = 0x23,
	SAM_UNKNOWN_ERROR = 0x24,
	SAM_CARD_REFUSED_SAM = 0x31,
	SAM_REFUSED_CARD = 0x32,
	SAM_CONTENT_FAILED = 0x33,
	SAM_UNKNOWN_CARD = 0x40,
	SAM_READ_FAILED = 0x41,
	SAM_NO_RANDOM = 0x47,
	SAM_SELF_TEST_FAILED = 0x60,
	SAM_NOT_AUTHORISED = 0x66,
	SAM_NO_CARD = 0x80,
	SAM_SELECT_FAILED = 0x81,
	SAM_OK = 0x90,
	SAM_NO_CONTENT = 0x91,
	SAM_FOUND = 0x9f,
};

#endif
