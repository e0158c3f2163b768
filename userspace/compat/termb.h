/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Termb: the interface of libtermb.so, for programs that read cards through the CVR functions of
 * Windows and Linux. idcard-termb(7) tells the same with more words, and what the files hold.
 *
 * A program has one port open at a time, and at most one card in memory, whatever thread calls.
 * The order is CVR_InitComm(), then for each card CVR_Authenticate(), CVR_Read_Content() and the
 * functions that give a field; CVR_CloseComm() at the end. A card is given once; it must be lifted
 * and placed again. A program that looks for cards by itself does so every 300 ms.
 *
 * What was read is forgotten by CVR_InitComm(), CVR_CloseComm(), each function that looks for a
 * card, and by a reading that fails: a field is never that of the person before.
 *
 * Texts are GB 18030, which for all but rare characters is GBK, and end in NUL. Those of functions
 * with U at the end are UTF-16LE and end in two zero bytes.
 */
#ifndef IDCARD_TERMB_H
#define IDCARD_TERMB_H

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * The reader: 1001 to 1016 are those on USB in the order of their sockets, 1 to 16 serial ports.
 * 1: open. 2: there is none at that port, or the daemon does not let this user in.
 */
int CVR_InitComm(int port);

/* 1; 0 if no port was open. Files are removed here if compat.conf(5) says so. */
int CVR_CloseComm(void);

/*
 * Looks for a card that has not been given yet, and selects it. 1: there is one. 2: none. 3: it
 * could not be selected. 0: no port is open.
 */
int CVR_Authenticate(void);

/* The same, and a card that was given already is given again, without being lifted. */
int CVR_AuthenticateForNoJudge(void);

/* The two halves of CVR_Authenticate(). */
int CVR_FindCard(void);
int CVR_SelectCard(void);

/*
 * Reads the selected card and writes files, in the current directory unless compat.conf(5) says
 * otherwise; those of the person before are removed first, even if the reading fails.
 *	1	wz.txt (256 bytes as on the card, UTF-16LE), xp.wlt, zp.bmp, fp.dat
 *	2	wz.txt (the same), xp.wlt
 *	3	newadd.txt: the newest appended address, 70 bytes of UTF-16LE; empty: none
 *	4	wz.txt (eight lines of text), zp.bmp
 *	5	IINSNDN.bin: not to be had from a reader; always 0
 *	6	as 4, in files named by the number of the reader's security module
 * 1: read. 0: not. 99: the files could not be written, or those of the person before not removed;
 * nothing is kept then. Without a decoder for portraits there is no zp.bmp.
 */
int CVR_Read_Content(int active);

/* As 4, with xp.wlt and fp.dat. */
int CVR_Read_FPContent(void);

/*
 * Reads into memory, and for the functions below. @text gets at most 256 bytes, @portrait 1024: the
 * block as it is on the card; the sizes get what was written.
 *	1	@text as on the card, UTF-16LE
 *	2	@text as the eight lines of wz.txt, as many as there is room for
 *	3, 4	as 1, 2, and writes zp.bmp
 *	5	for the functions below only: the sizes become 0
 * What points to no memory of the program is left out. 1, 0, 99 as above.
 */
int CVR_ReadBaseMsg(unsigned char *text, unsigned int *text_size, unsigned char *portrait,
		    unsigned int *portrait_size, int mode);

/* 1 if a port is open: the daemon decides when the antenna is on. */
int CVR_Ant(int mode);

/* 1 for 9600, 19200, 38400, 57600, 115200: the daemon knows the speed of its readers. */
int CVR_SetBaudRate(int rate);

/* 1 if the card that was selected still lies on the reader. */
int CVR_IsRightCard(void);

/* The number of the security module, 36 characters. 1, or 0. */
int CVR_GetSAMID(char *id);
int CVR_GetSAMIDU(char *id);

/* The number of the chip: a reader does not tell it. Always 0, and an empty text. */
int CVR_GetIDCardUID(char *id, int size);
int CVR_GetIDCardUIDU(char *id, int size);

/*
 * A field of the card that was read: 1, or 0 and an empty text if none was. A field that this kind
 * of card does not have is empty, and 1. @length gets the bytes without the zero; it may be NULL,
 * or anything that is no pointer. It is not looked at: no more is written than the field needs.
 */
int GetPeopleName(char *text, int *length);		/* a foreigner's Latin name; 241 bytes */
int GetPeopleSex(char *text, int *length);		/* 男 or 女; 3 */
int GetPeopleNation(char *text, int *length);		/* 汉; a foreigner's country, ABC; 19 */
int GetPeopleBirthday(char *text, int *length);		/* YYYYMMDD; 9 */
int GetPeopleAddress(char *text, int *length);		/* 141, usually at most 71 */
int GetPeopleIDCode(char *text, int *length);		/* 19 */
int GetDepartment(char *text, int *length);		/* 61, usually at most 31 */
int GetStartDate(char *text, int *length);		/* YYYYMMDD; 9 */
int GetEndDate(char *text, int *length);		/* YYYYMMDD or 长期; 9 */
int GetPeopleChineseName(char *text, int *length);	/* 61, usually at most 31 */
int GetPeopleCertVersion(char *text, int *length);	/* of a foreigner's card of 2017; 3 */
int GetNewAppMsg(char *text, int *length);		/* newest appended address; 141 */
int GetCertType(char *text, int *length);		/* a space, or I, J, Y; 2 */
int GetPassCheckID(char *text, int *length);		/* number of the travel permit; 10 */

/* The same in UTF-16LE. */
int GetPeopleNameU(char *text, int *length);
int GetPeopleSexU(char *text, int *length);
int GetPeopleNationU(char *text, int *length);
int GetPeopleBirthdayU(char *text, int *length);
int GetPeopleAddressU(char *text, int *length);
int GetPeopleIDCodeU(char *text, int *length);
int GetDepartmentU(char *text, int *length);
int GetStartDateU(char *text, int *length);
int GetEndDateU(char *text, int *length);
int GetPeopleChineseNameU(char *text, int *length);
int GetPeopleCertVersionU(char *text, int *length);
int GetNewAppMsgU(char *text, int *length);
int GetCertTypeU(char *text, int *length);
int GetPassCheckIDU(char *text, int *length);

/*
 * The fingerprints, 1024 bytes, a second one that is not there zeros; 1. After a reading without
 * them, or of a card that has none, 0 and one zero byte. The U is the same.
 */
int GetFPDate(unsigned char *data, int *length);
int GetFPDateU(unsigned char *data, int *length);

/*
 * The code of the ethnicity as a number, also as two characters in @code; if *@length is 4, as an
 * int instead. 0 for cards without; @code gets the country of a foreigner.
 */
int GetNationCode(char *code, int *length);
int GetNationCodeU(char *code, int *length);	/* always characters */

/* How often a card for residents of Hong Kong, Macau or Taiwan, or a foreigner's, was issued. */
int GetIssuesNum(int *count);
int GetIssuesNumU(int *count);

/*
 * The portrait: BMP of 38862 bytes, a JPEG, or base64 of them with NUL (51817 bytes for the BMP).
 * 0, and a length of 0, if there is no card or no decoder for portraits; never another picture.
 */
int GetBMPData(unsigned char *data, int *length);
int GetJpgData(unsigned char *data, int *length);
int Getbase64BMPData(unsigned char *data, int *length);
int Getbase64JpgData(unsigned char *data, int *length);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
