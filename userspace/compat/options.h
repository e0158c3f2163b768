/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Options of the vendor libraries: /etc/idcard/compat.conf, then $IDCARD_COMPAT_CONF, a file of the
 * user. Neither need be there: without them everything is as most callers expect it. Man page
 * compat.conf(5).
 */
#ifndef IDCARD_COMPAT_OPTIONS_H
#define IDCARD_COMPAT_OPTIONS_H

#include <stdbool.h>

#define COMPAT_CONFIG "/etc/idcard/compat.conf"

enum {
	COMPAT_COM_MAX = 16,
	COMPAT_PATH_SIZE = 256,
};

struct compat_options {
	/* [ports] */
	char com[COMPAT_COM_MAX][COMPAT_PATH_SIZE];	/* com3 = /dev/ttyUSB0; "": /dev/ttyS2 */
	/* [card] */
	bool repeat;			/* the card that stays is found again after a second */
	/* [sdt] */
	unsigned int newaddr_max;	/* bytes that SDT_ReadNewAppMsg writes at most: 70 to 280 */
	/* [photo]: of what unpack() gives */
	bool swap_red_blue, flip, mirror;
	/* [termb] */
	char directory[COMPAT_PATH_SIZE];	/* "": cwd, else $XDG_RUNTIME_DIR/chinaidcard */
	bool upper_case;		/* WZ.TXT instead of wz.txt */
	bool both_cases;		/* the other one as a hard link */
	bool ninth_line;		/* the newest appended address, in a decoded wz.txt */
	bool delete_on_close;
	bool photo_required;		/* CVR_Read_Content fails if there is no picture */
	bool hisign;			/* libtermb.so takes the arguments of the second flavour */
};

/* Read at the first call, then kept. Never NULL; what is wrong in a file counts as not set. */
const struct compat_options *compat_options(void);

#endif
