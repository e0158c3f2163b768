/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prototypes as manuals of the interface give them, for a library that is loaded by its name. */
#ifndef TEST_COMPAT_SDT_H
#define TEST_COMPAT_SDT_H

typedef unsigned char byte;
typedef unsigned int dword;

#define SDT_FUNCTIONS(X)                                                                           \
	X(SDT_GetCOMBaud, (int, dword *))                                                          \
	X(SDT_SetCOMBaud, (int, dword, dword))                                                     \
	X(SDT_SetOpenCOMBaud, (dword))                                                             \
	X(SDT_OpenPort, (int))                                                                     \
	X(SDT_ClosePort, (int))                                                                    \
	X(SDT_GetErrorString, (int, char *))                                                       \
	X(SDT_SetMaxRFByte, (int, byte, int))                                                      \
	X(SDT_ResetSAM, (int, int))                                                                \
	X(SDT_GetSAMStatus, (int, int))                                                            \
	X(SDT_GetSAMID, (int, byte *, int))                                                        \
	X(SDT_GetSAMIDToStr, (int, char *, int))                                                   \
	X(SDT_StartFindIDCard, (int, byte *, int))                                                 \
	X(SDT_SelectIDCard, (int, byte *, int))                                                    \
	X(SDT_ReadBaseMsg, (int, byte *, dword *, byte *, dword *, int))                           \
	X(SDT_ReadBaseMsgToFile, (int, char *, dword *, char *, dword *, int))                     \
	X(SDT_ReadBaseFPMsg, (int, byte *, dword *, byte *, dword *, byte *, dword *, int))        \
	X(SDT_ReadBaseMsgFingerPrint,                                                              \
	  (int, byte *, dword *, byte *, dword *, byte *, dword *, int))                           \
	X(SDT_ReadBaseFPMsgToFile, (int, char *, dword *, char *, dword *, char *, dword *, int))  \
	X(SDT_ReadFPMsg, (int, byte *, dword *, int))                                              \
	X(SDT_ReadNewAppMsg, (int, byte *, dword *, int))                                          \
	X(SDT_ReadAllAppMsg, (int, byte *, dword *, int))                                          \
	X(SDT_ReadIINSNDN, (int, byte *, int))                                                     \
	X(SDT_ReadIINSNDNToASCII, (int, byte *, int))                                              \
	X(SDT_ReadMngInfo, (int, byte *, int))                                                     \
	X(CardOn, (void))                                                                          \
	X(SDT_WriteAppMsg, (int, byte *, dword, byte *, dword *, int))                             \
	X(SDT_WriteAppMsgOK, (int, byte *, dword, int))                                            \
	X(SDT_CancelWriteAppMsg, (int, int))                                                       \
	X(SDT_UsableAppMsg, (int, byte *, int))                                                    \
	X(SDT_GetUnlockMsg, (int, byte *, int))

struct sdt {
	void *library;
#define X(name, arguments) int (*name) arguments;
	SDT_FUNCTIONS(X)
#undef X
};

/* sdt.c: ends the test if there is no such library, or no such function in it. */
void sdt_load(struct sdt *ret, const char *name);
void sdt_unload(struct sdt *sdt);

/* Finds until there is a card; ends the test if none comes. */
void sdt_find(const struct sdt *sdt, int port, int if_open);

/* The same, then selects it. */
void sdt_take(const struct sdt *sdt, int port, int if_open);

/* The number in the text of a card, as ASCII. */
void sdt_number(const byte text[256], char ret[19]);

#endif
