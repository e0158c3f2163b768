// SPDX-License-Identifier: LGPL-2.1-or-later
/* Find, select, read. */
#include "options.h"
#include "sdtapi-internal.h"
#include "secret.h"

struct want {
	bool fingerprints;
	struct record *record;
};

static int do_find(int port, void *argument)
{
	return sdt_find(port, argument);
}

static int do_select(int port, void *argument)
{
	return sdt_select(port, argument);
}

static int do_read(int port, void *argument)
{
	const struct want *want = argument;

	return sdt_read(port, want->fingerprints, want->record);
}

static int do_read_addresses(int port, void *argument)
{
	return sdt_read_addresses(port, argument);
}

int sdtapi_read(int port, int if_open, bool fingerprints, struct record *record)
{
	struct want want = { fingerprints, record };

	return record ? sdtapi_run(port, if_open, do_read, &want) : SDT_READ_ERROR;
}

int SDT_StartFindIDCard(int iPortID, unsigned char *pucIIN, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_StartFindIDCard", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, sdtapi_run(iPortID, iIfOpen, do_find, pucIIN));
}

int SDT_SelectIDCard(int iPortID, unsigned char *pucSN, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_SelectIDCard", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, sdtapi_run(iPortID, iIfOpen, do_select, pucSN));
}

int SDT_ReadBaseMsg(int iPortID, unsigned char *pucCHMsg, unsigned int *puiCHMsgLen,
		    unsigned char *pucPHMsg, unsigned int *puiPHMsgLen, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadBaseMsg", "%d, %d", iPortID, iIfOpen);
	_cleanup_secret_ struct record *record = secret_alloc(sizeof(*record));
	int r;

	r = sdtapi_read(iPortID, iIfOpen, false, record);
	if (r == SDT_OK) {
		sdtapi_give(pucCHMsg, record->text, RECORD_TEXT_SIZE);
		sdtapi_give(pucPHMsg, record->portrait, RECORD_PORTRAIT_SIZE);
	}
	sdtapi_length(puiCHMsgLen, r == SDT_OK ? RECORD_TEXT_SIZE : 0);
	sdtapi_length(puiPHMsgLen, r == SDT_OK ? RECORD_PORTRAIT_SIZE : 0);
	return trace_end(&trace, r);
}

static int read_all(int port, int if_open, unsigned char *text, unsigned int *text_size,
		    unsigned char *portrait, unsigned int *portrait_size,
		    unsigned char *fingerprints, unsigned int *fingerprints_size)
{
	_cleanup_secret_ struct record *record = secret_alloc(sizeof(*record));
	int r;

	r = sdtapi_read(port, if_open, true, record);
	if (r == SDT_OK) {
		sdtapi_give(text, record->text, RECORD_TEXT_SIZE);
		sdtapi_give(portrait, record->portrait, RECORD_PORTRAIT_SIZE);
		sdtapi_give(fingerprints, record->fingerprints, record->fingerprints_size);
	}
	sdtapi_length(text_size, r == SDT_OK ? RECORD_TEXT_SIZE : 0);
	sdtapi_length(portrait_size, r == SDT_OK ? RECORD_PORTRAIT_SIZE : 0);
	sdtapi_length(fingerprints_size, r == SDT_OK ? record->fingerprints_size : 0);
	return r;
}

int SDT_ReadBaseFPMsg(int iPortID, unsigned char *pucCHMsg, unsigned int *puiCHMsgLen,
		      unsigned char *pucPHMsg, unsigned int *puiPHMsgLen, unsigned char *pucFPMsg,
		      unsigned int *puiFPMsgLen, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadBaseFPMsg", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, read_all(iPortID, iIfOpen, pucCHMsg, puiCHMsgLen, pucPHMsg,
					  puiPHMsgLen, pucFPMsg, puiFPMsgLen));
}

int SDT_ReadBaseMsgFingerPrint(int iPortID, unsigned char *pucCHMsg, unsigned int *puiCHMsgLen,
			       unsigned char *pucPHMsg, unsigned int *puiPHMsgLen,
			       unsigned char *pucFPMsg, unsigned int *puiFPMsgLen, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadBaseMsgFingerPrint", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, read_all(iPortID, iIfOpen, pucCHMsg, puiCHMsgLen, pucPHMsg,
					  puiPHMsgLen, pucFPMsg, puiFPMsgLen));
}

int SDT_ReadFPMsg(int iPortID, unsigned char *pucFPMsg, unsigned int *puiFPMsgLen, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadFPMsg", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, read_all(iPortID, iIfOpen, NULL, NULL, NULL, NULL, pucFPMsg,
					  puiFPMsgLen));
}

/* Whole addresses, as many as callers are told to have room for. */
static int read_addresses(int port, int if_open, unsigned char *ret, unsigned int *ret_size)
{
	_cleanup_secret_ struct record *record = secret_alloc(sizeof(*record));
	size_t size = 0;
	int r;

	r = record ? sdtapi_run(port, if_open, do_read_addresses, record) : SDT_READ_ERROR;
	if (r == SDT_OK) {
		size = compat_options()->newaddr_max;
		size -= size % RECORD_ADDRESS_SIZE;
		if (size > record->addresses_size)
			size = record->addresses_size;
		sdtapi_give(ret, record->addresses, size);
	}
	sdtapi_length(ret_size, size);
	return r;
}

int SDT_ReadNewAppMsg(int iPortID, unsigned char *pucAppMsg, unsigned int *puiAppMsgLen,
		      int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadNewAppMsg", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, read_addresses(iPortID, iIfOpen, pucAppMsg, puiAppMsgLen));
}

int SDT_ReadAllAppMsg(int iPortID, unsigned char *pucAppMsg, unsigned int *puiAppMsgLen,
		      int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadAllAppMsg", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, read_addresses(iPortID, iIfOpen, pucAppMsg, puiAppMsgLen));
}

static bool card_on(int port)
{
	int r;

	if (!sdt_is_open(port))
		return false;
	/* One that was selected is asked for first: a find would forget it. */
	r = sdt_read_addresses(port, NULL);
	return r == SDT_OK || r == SDT_NO_CONTENT || sdt_find(port, NULL) == SDT_FOUND;
}

int CardOn(void)
{
	struct trace trace = trace_begin("CardOn", "%s", "");
	_cleanup_sdt_lock_ int locked = (sdt_lock(), 0);

	for (int port = SDT_COM_FIRST; port <= SDT_COM_LAST; port++)
		if (card_on(port))
			return trace_end(&trace, 1);
	for (int port = SDT_USB_FIRST; port <= SDT_USB_LAST; port++)
		if (card_on(port))
			return trace_end(&trace, 1);
	return trace_end(&trace, card_on(SDT_USB_HID));
}
