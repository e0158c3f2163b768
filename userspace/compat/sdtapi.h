/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SDT: the interface of ID-card readers that capture programs have been written for, as
 * libsdtapi.so (also libzysdtapi.so) gives it on top of idcardd. Installed in
 * /usr/lib/idcard-compat; idcardctl(1), "compat link", puts links beside an application. What the
 * library does where makers differ is written in idcard-compat(7), settings in compat.conf(5).
 *
 * Ports	1 to 16: the serial lines COM1 to COM16, which are /dev/ttyS0 to /dev/ttyS15 unless
 *		compat.conf(5) says otherwise. 1001 to 1016: the readers on USB, in the order of
 *		their sockets. 9999: the first HID reader, or else the first on USB. A port with
 *		nothing plugged in fails at once.
 * iIfOpen	0: the port must have been opened by SDT_OpenPort(). Otherwise: a port that is open
 *		is used and stays open; one that is not is opened and closed by the call.
 * Results	the numbers of the reader:
 *		0x90 good		0x9f a card was found		0x91 no such content
 *		0x80 no card		0x81 the card could not be selected
 *		0x01 no such port, nothing plugged in, or not open
 *		0x02 no answer in time	0x03 an answer that is none	0x05 no speed of the line
 *		0x21 command or value not known or not supported
 *		0x23 not permitted: this user may not use the reader
 *		0x24 unknown fault, also of a reader that does not answer
 *		0x31 the card refused the reader	0x32 the reader refused the card
 *		0x33 the content failed its verification	0x40 not an ID card
 *		0x41 reading failed: the card was moved or lifted	0x47 no random number
 *		0x60 the reader's self-test failed	0x66 the reader is not authorised
 * Pointers	any may be NULL: what belongs there is not written. Nothing is written beyond the
 *		sizes that are given here.
 * Lengths	are outputs only and need not be set before. They are bytes, and always stored whole
 *		(32 bits); with any other result than 0x90 they are 0.
 * Buffers	are written only with 0x90 (0x9f of SDT_StartFindIDCard()).
 * Threads	any may call; one call at a time is carried out. After fork() both processes may go
 *		on; the child is to the reader a program of its own.
 */
#ifndef IDCARD_COMPAT_SDTAPI_H
#define IDCARD_COMPAT_SDTAPI_H

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* ---- Ports -------------------------------------------------------------------------------- */

/* 0x90, or 0x01. A port that is open already: is its reader still there? */
int SDT_OpenPort(int iPortID);

/* 0x90, also if it is not open; 0x01 for a number that is no port. */
int SDT_ClosePort(int iPortID);

/*
 * Speed of a serial line, in *@puiBaud: it is the daemon's to choose, so 115200 always stands for
 * it. @iComID: 1 to 16. 0x90; 0x01; 0x05 if the reader does not answer.
 */
int SDT_GetCOMBaud(int iComID, unsigned int *puiBaud);

/*
 * Without effect, for the same reason. Speeds are 115200, 57600, 38400, 19200, 9600; another gives
 * 0x21. 0x90; 0x01.
 */
int SDT_SetCOMBaud(int iComID, unsigned int uiCurrBaud, unsigned int uiSetBaud);
int SDT_SetOpenCOMBaud(unsigned int setBaud);

/*
 * An English sentence for a result, at most 63 characters and NUL, into @ErrorString. 0x90, or 0x21
 * for a number that has none; then there is a sentence all the same.
 */
int SDT_GetErrorString(int ErrorCode, char *ErrorString);

/* ---- The reader --------------------------------------------------------------------------- */

/* Size of frames to the card. Without effect: it is the daemon's to choose. 0x90, 0x01. */
int SDT_SetMaxRFByte(int iPortID, unsigned char ucByte, int bIfOpen);

/* For this program only: a card that lies there is found again. 0x90, 0x01. */
int SDT_ResetSAM(int iPortID, int iIfOpen);

/* 0x90; 0x60, 0x66, 0x24 if the reader says so or does not answer; 0x01. */
int SDT_GetSAMStatus(int iPortID, int iIfOpen);

/* The 16 bytes of the reader's number. */
int SDT_GetSAMID(int iPortID, unsigned char *pucSAMID, int iIfOpen);

/* The same as 36 characters and NUL: "05.01-20101129-0001228293-0296863149". 37 bytes. */
int SDT_GetSAMIDToStr(int iPortID, char *pcSAMID, int iIfOpen);

/* ---- The card ----------------------------------------------------------------------------- */

/*
 * 0x9f: there is a card that this program has not read yet; 4 bytes at @pucIIN. 0x80: there is
 * none, or one that was read and was not lifted since (compat.conf(5), "repeat"). May wait up to two
 * seconds for a reading that is under way.
 */
int SDT_StartFindIDCard(int iPortID, unsigned char *pucIIN, int iIfOpen);

/* After it: 0x90, and 8 bytes at @pucSN; 0x81 if it was lifted; or what is wrong with the card. */
int SDT_SelectIDCard(int iPortID, unsigned char *pucSN, int iIfOpen);

/*
 * The card that was selected: its text, 256 bytes of UTF-16LE, and its portrait, 1024 bytes that a
 * decoder makes a picture of. 0x41 if it was lifted, 0x80 if none was selected.
 */
int SDT_ReadBaseMsg(int iPortID, unsigned char *pucCHMsg, unsigned int *puiCHMsgLen,
		    unsigned char *pucPHMsg, unsigned int *puiPHMsgLen, int iIfOpen);

/*
 * The same into files, which are made for this user alone (0600) and replaced if they exist. 0 if
 * one cannot be written; the length of what was not written is 0 then. A NULL name: not wanted.
 */
int SDT_ReadBaseMsgToFile(int iPortID, char *pcCHMsgFileName, unsigned int *puiCHMsgFileLen,
			  char *pcPHMsgFileName, unsigned int *puiPHMsgFileLen, int iIfOpen);

/* With fingerprints: 0, 512 or 1024 bytes at @pucFPMsg. 0x21 if the reader does not know them. */
int SDT_ReadBaseFPMsg(int iPortID, unsigned char *pucCHMsg, unsigned int *puiCHMsgLen,
		      unsigned char *pucPHMsg, unsigned int *puiPHMsgLen, unsigned char *pucFPMsg,
		      unsigned int *puiFPMsgLen, int iIfOpen);
int SDT_ReadBaseMsgFingerPrint(int iPortID, unsigned char *pucCHMsg, unsigned int *puiCHMsgLen,
			       unsigned char *pucPHMsg, unsigned int *puiPHMsgLen,
			       unsigned char *pucFPMsg, unsigned int *puiFPMsgLen, int iIfOpen);
int SDT_ReadBaseFPMsgToFile(int iPortID, char *pcCHMsgFileName, unsigned int *puiCHMsgFileLen,
			    char *pcPHMsgFileName, unsigned int *puiPHMsgFileLen,
			    char *pcFPMsgFileName, unsigned int *puiFPMsgFileLen, int iIfOpen);

/* The fingerprints alone: 0, 512 or 1024 bytes. */
int SDT_ReadFPMsg(int iPortID, unsigned char *pucFPMsg, unsigned int *puiFPMsgLen, int iIfOpen);

/*
 * Addresses that were added to the card later, 70 bytes of UTF-16LE each, at most four: 280 bytes,
 * or as many whole ones as "newaddr_max" of compat.conf(5) allows. 0x91: the card has none. Programs
 * ask by it whether the card still lies there: 0x41 if it was lifted, 0x80 if none was selected.
 */
int SDT_ReadNewAppMsg(int iPortID, unsigned char *pucAppMsg, unsigned int *puiAppMsgLen,
		      int iIfOpen);
int SDT_ReadAllAppMsg(int iPortID, unsigned char *pucAppMsg, unsigned int *puiAppMsgLen,
		      int iIfOpen);

/* 1 if a card lies on the reader of a port that is open, else 0. */
int CardOn(void);

/* ---- What readers are not asked ----------------------------------------------------------- */

/* Numbers of the card itself. How a reader is asked for them is not public. 0x21, or 0x01. */
int SDT_ReadIINSNDN(int iPortID, unsigned char *pucIINSNDN, int iIfOpen);
int SDT_ReadIINSNDNToASCII(int iPortID, unsigned char *pucRecvData, int iIfOpen);
int SDT_ReadMngInfo(int iPortID, unsigned char *pucManageMsg, int iIfOpen);

/* Writing to cards is for the police alone. Nothing is sent. 0x21. */
int SDT_WriteAppMsg(int iPortID, unsigned char *pucSendData, unsigned int uiSendLen,
		    unsigned char *pucRecvData, unsigned int *puiRecvLen, int iIfOpen);
int SDT_WriteAppMsgOK(int iPortID, unsigned char *pucData, unsigned int uiLen, int iIfOpen);
int SDT_CancelWriteAppMsg(int iPortID, int iIfOpen);
int SDT_UsableAppMsg(int iPortID, unsigned char *pucByte, int iIfOpen);
int SDT_GetUnlockMsg(int iPortID, unsigned char *pucMsg, int iIfOpen);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
