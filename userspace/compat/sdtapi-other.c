// SPDX-License-Identifier: LGPL-2.1-or-later
/* Sentences for results, and what readers are not asked. */
#include <stdio.h>

#include "sdtapi-internal.h"
#include "util.h"

enum { SENTENCE_SIZE = 64 };

int SDT_GetErrorString(int ErrorCode, char *ErrorString)
{
	static const struct {
		int code;
		char text[SENTENCE_SIZE];
	} sentences[] = {
		{ 0x90, "success" },
		{ 0x9f, "card found" },
		{ 0x91, "the card has no such content" },
		{ 0x80, "no card" },
		{ 0x81, "the card could not be selected" },
		{ 0x01, "the port could not be opened" },
		{ 0x02, "the reader does not answer in time" },
		{ 0x03, "the answer could not be understood" },
		{ 0x05, "the speed of the line could not be found" },
		{ 0x09, "the file could not be opened" },
		{ 0x10, "wrong checksum" },
		{ 0x11, "wrong length" },
		{ 0x21, "unknown command or value" },
		{ 0x23, "not permitted" },
		{ 0x24, "unknown error of the reader" },
		{ 0x31, "the card did not accept the reader" },
		{ 0x32, "the reader did not accept the card" },
		{ 0x33, "the content failed its verification" },
		{ 0x40, "not an ID card" },
		{ 0x41, "reading failed: leave the card until it was read" },
		{ 0x47, "no random number from the card" },
		{ 0x60, "the reader failed its self-test" },
		{ 0x66, "the reader is not authorised" },
	};
	struct trace trace = trace_begin("SDT_GetErrorString", "0x%02x", (unsigned int)ErrorCode);
	const char *text = NULL;

	for (size_t i = 0; i < ELEMENTSOF(sentences); i++)
		if (sentences[i].code == ErrorCode)
			text = sentences[i].text;
	if (ErrorString)
		snprintf(ErrorString, SENTENCE_SIZE, "%s", text ? text : "unknown error");
	return trace_end(&trace, text ? SDT_OK : SDT_BAD_COMMAND);
}

static int do_refuse(int port, void *argument)
{
	return SDT_BAD_COMMAND;
}

int SDT_ReadIINSNDN(int iPortID, unsigned char *pucIINSNDN, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadIINSNDN", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, sdtapi_run(iPortID, iIfOpen, do_refuse, NULL));
}

int SDT_ReadIINSNDNToASCII(int iPortID, unsigned char *pucRecvData, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadIINSNDNToASCII", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, sdtapi_run(iPortID, iIfOpen, do_refuse, NULL));
}

int SDT_ReadMngInfo(int iPortID, unsigned char *pucManageMsg, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_ReadMngInfo", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, sdtapi_run(iPortID, iIfOpen, do_refuse, NULL));
}

int SDT_WriteAppMsg(int iPortID, unsigned char *pucSendData, unsigned int uiSendLen,
		    unsigned char *pucRecvData, unsigned int *puiRecvLen, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_WriteAppMsg", "%d, %u, %d", iPortID, uiSendLen,
					 iIfOpen);

	sdtapi_length(puiRecvLen, 0);
	return trace_end(&trace, SDT_BAD_COMMAND);
}

int SDT_WriteAppMsgOK(int iPortID, unsigned char *pucData, unsigned int uiLen, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_WriteAppMsgOK", "%d, %u, %d", iPortID, uiLen, iIfOpen);

	return trace_end(&trace, SDT_BAD_COMMAND);
}

int SDT_CancelWriteAppMsg(int iPortID, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_CancelWriteAppMsg", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, SDT_BAD_COMMAND);
}

int SDT_UsableAppMsg(int iPortID, unsigned char *pucByte, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_UsableAppMsg", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, SDT_BAD_COMMAND);
}

int SDT_GetUnlockMsg(int iPortID, unsigned char *pucMsg, int iIfOpen)
{
	struct trace trace = trace_begin("SDT_GetUnlockMsg", "%d, %d", iPortID, iIfOpen);

	return trace_end(&trace, SDT_BAD_COMMAND);
}
