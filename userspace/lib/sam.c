// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sam.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int sam_id_format(const uint8_t id[SAM_ID_SIZE], char ret[SAM_ID_TEXT_SIZE])
{
	struct {
		uint16_t kind, maker;
		uint32_t date, batch, serial;
	} raw;
	unsigned int kind, maker;
	uint32_t date;

	_Static_assert(sizeof(raw) == SAM_ID_SIZE, "the id has no padding");
	memcpy(&raw, id, sizeof(raw));
	kind = le16toh(raw.kind);
	maker = le16toh(raw.maker);
	date = le32toh(raw.date);
	if (kind > 99 || maker > 99 || date > 99999999)
		return -EINVAL;

	snprintf(ret, SAM_ID_TEXT_SIZE, "%02u.%02u-%08" PRIu32 "-%010" PRIu32 "-%010" PRIu32, kind,
		 maker, date, le32toh(raw.batch), le32toh(raw.serial));
	return 0;
}
