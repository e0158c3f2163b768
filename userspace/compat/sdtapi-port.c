// SPDX-License-Identifier: LGPL-2.1-or-later
/* Ports and readers. */
#include "sam.h"
#include "sdtapi-internal.h"
#include "util.h"

enum { SPEED = 115200 };

static bool known_speed(unsigned int baud)
{
	static const unsigned int speeds[] = { 115200, 57600, 38400, 19200, 9600 };

	for (size_t i = 0; i < ELEMENTSOF(speeds); i++)
		if (speeds[i] == baud)
			return true;
	return false;
}

static bool is_com(int port)
{
	return port >= SDT_COM_FIRST && port <= SDT_COM_LAST;
}

static int do_nothing(int port, void *argument)
{
	return SDT_OK;
}

static int do_status(int port, void *argument)
{
	return sdt_sam_status(port);
}

static int do_reset(int port, void *argument)
{
	return sdt_reset(port);
}

static int do_sam_id(int port, void *argument)
{
	return sdt_sam_id(port, argument);
}

int SDT_OpenPort(int iPortID)
{
	struct trace trace = trace_begin("SDT_OpenPort", "%d", iPortID);

	/* callers know of two results */
	return trace_end(&trace, sdt_open(iPortID) == SDT_OK ? SDT_OK : SDT_PORT_FAILED);
}

int SDT_ClosePort(int iPortID)
{
	struct trace trace = trace_begin("SDT_ClosePort", "%d", iPortID);

	return trace_end(&trace, sdt_close(iPortID));
}

int SDT_GetCOMBaud(int iComID, unsigned int *puiBaud)
{
	struct trace trace = trace_begin("SDT_GetCOMBaud", "%d", iComID);
	int r = SDT_PORT_FAILED;

	if (is_com(iComID))
		r = sdtapi_run(iComID, 1, do_status, NULL);
	if (r != SDT_OK && r != SDT_PORT_FAILED)
		r = SDT_NO_BAUD;
	sdtapi_length(puiBaud, r == SDT_OK ? SPEED : 0);
	return trace_end(&trace, r);
}

int SDT_SetCOMBaud(int iComID, unsigned int uiCurrBaud, unsigned int uiSetBaud)
{
	struct trace trace = trace_begin("SDT_SetCOMBaud", "%d, %u, %u", iComID, uiCurrBaud,
					 uiSetBaud);
	int r;

	if (!is_com(iComID))
		r = SDT_PORT_FAILED;
	else if (!known_speed(uiCurrBaud) || !known_speed(uiSetBaud))
		r = SDT_BAD_COMMAND;
	else
		r = sdtapi_run(iComID, 1, do_nothing, NULL);
	return trace_end(&trace, r);
}

int SDT_SetOpenCOMBaud(unsigned int setBaud)
{
	struct trace trace = trace_begin("SDT_SetOpenCOMBaud", "%u", setBaud);

	return trace_end(&trace, known_speed(setBaud) ? SDT_OK : SDT_BAD_COMMAND);
}

int SDT_SetMaxRFByte(int iPortID, unsigned char ucByte, int bIfOpen)
{
	struct trace trace = trace_begin("SDT_SetMaxRFByte", "%d, 0x%02x, %d", iPortID, ucByte,
					 bIfOpen);

	return trace_end(&trace, sdtapi_run(iPortID, bIfOpen, do_nothing, NULL));
}

int SDT_ResetSAM(int iPortID, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ResetSAM", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, sdtapi_run(iPortID, iIfOpen, do_reset, NULL));
}

int SDT_GetSAMStatus(int iPortID, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_GetSAMStatus", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, sdtapi_run(iPortID, iIfOpen, do_status, NULL));
}

int SDT_GetSAMID(int iPortID, unsigned char *pucSAMID, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_GetSAMID", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, sdtapi_run(iPortID, iIfOpen, do_sam_id, pucSAMID));
}

int SDT_GetSAMIDToStr(int iPortID, char *pcSAMID, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_GetSAMIDToStr", "%d, %d", iPortID, iIfOpen);
	char text[SAM_ID_TEXT_SIZE];
	uint8_t id[SAM_ID_SIZE];
	int r;

	r = sdtapi_run(iPortID, iIfOpen, do_sam_id, id);
	if (r == SDT_OK && sam_id_format(id, text) < 0)
		r = SDT_READ_ERROR;
	if (r == SDT_OK && pcSAMID)
		memcpy(pcSAMID, text, sizeof(text));
	return trace_end(&trace, r);
}
