// SPDX-License-Identifier: LGPL-2.1-or-later
/* The same into files of the caller. */
#include <unistd.h>

#include "photo.h"
#include "sdtapi-internal.h"
#include "secret.h"

/* What callers of these functions take for a file that could not be written. */
enum { FILE_FAILED = 0 };

/*
 * Adds to *@r: it stays what it is when all is well. Of a card that was read the caller gets its
 * own files, and where one cannot be written, none of a card before.
 */
static void put(int *r, const char *name, unsigned int *length, const void *data, size_t size)
{
	if (*r == SDT_OK && name && photo_write_file(NULL, name, data, size) < 0)
		*r = FILE_FAILED;
	if (*r == FILE_FAILED && name)
		unlink(name);
	sdtapi_length(length, *r == SDT_OK ? size : 0);
}

int SDT_ReadBaseMsgToFile(int iPortID, char *pcCHMsgFileName, unsigned int *puiCHMsgFileLen,
			  char *pcPHMsgFileName, unsigned int *puiPHMsgFileLen, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadBaseMsgToFile", "%d, %d", iPortID, iIfOpen);
	_cleanup_secret_ struct record *record = secret_alloc(sizeof(*record));
	int r;

	r = sdtapi_read(iPortID, iIfOpen, false, record);
	put(&r, pcCHMsgFileName, puiCHMsgFileLen, record ? record->text : NULL, RECORD_TEXT_SIZE);
	put(&r, pcPHMsgFileName, puiPHMsgFileLen, record ? record->portrait : NULL,
	    RECORD_PORTRAIT_SIZE);
	return trace_end(&trace, r);
}

int SDT_ReadBaseFPMsgToFile(int iPortID, char *pcCHMsgFileName, unsigned int *puiCHMsgFileLen,
			    char *pcPHMsgFileName, unsigned int *puiPHMsgFileLen,
			    char *pcFPMsgFileName, unsigned int *puiFPMsgFileLen, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadBaseFPMsgToFile", "%d, %d", iPortID, iIfOpen);
	_cleanup_secret_ struct record *record = secret_alloc(sizeof(*record));
	int r;

	r = sdtapi_read(iPortID, iIfOpen, true, record);
	put(&r, pcCHMsgFileName, puiCHMsgFileLen, record ? record->text : NULL, RECORD_TEXT_SIZE);
	put(&r, pcPHMsgFileName, puiPHMsgFileLen, record ? record->portrait : NULL,
	    RECORD_PORTRAIT_SIZE);
	put(&r, pcFPMsgFileName, puiFPMsgFileLen, record ? record->fingerprints : NULL,
	    record ? record->fingerprints_size : 0);
	return trace_end(&trace, r);
}
