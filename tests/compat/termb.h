/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prototypes as callers of the interface declare them, for a library that is loaded by its name. */
#ifndef TEST_COMPAT_TERMB_H
#define TEST_COMPAT_TERMB_H

#include <stddef.h>

/* X(name): (char *, int *). All of them have a second one with U. */
#define TERMB_TEXTS(X)                                                                             \
	X(GetPeopleName)                                                                           \
	X(GetPeopleSex)                                                                            \
	X(GetPeopleNation)                                                                         \
	X(GetPeopleBirthday)                                                                       \
	X(GetPeopleAddress)                                                                        \
	X(GetPeopleIDCode)                                                                         \
	X(GetDepartment)                                                                           \
	X(GetStartDate)                                                                            \
	X(GetEndDate)                                                                              \
	X(GetPeopleChineseName)                                                                    \
	X(GetPeopleCertVersion)                                                                    \
	X(GetNewAppMsg)                                                                            \
	X(GetCertType)                                                                             \
	X(GetPassCheckID)

#define TERMB_TEXTS_MAX 14

#define TERMB_FUNCTIONS(X)                                                                         \
	X(CVR_InitComm, (int))                                                                     \
	X(CVR_CloseComm, (void))                                                                   \
	X(CVR_Authenticate, (void))                                                                \
	X(CVR_AuthenticateForNoJudge, (void))                                                      \
	X(CVR_FindCard, (void))                                                                    \
	X(CVR_SelectCard, (void))                                                                  \
	X(CVR_Read_Content, (int))                                                                 \
	X(CVR_Read_FPContent, (void))                                                              \
	X(CVR_ReadBaseMsg,                                                                         \
	  (unsigned char *, unsigned int *, unsigned char *, unsigned int *, int))                 \
	X(CVR_Ant, (int))                                                                          \
	X(CVR_GetSAMID, (char *))                                                                  \
	X(CVR_GetSAMIDU, (char *))                                                                 \
	X(CVR_GetIDCardUID, (char *, int))                                                         \
	X(CVR_GetIDCardUIDU, (char *, int))                                                        \
	X(CVR_SetBaudRate, (int))                                                                  \
	X(CVR_IsRightCard, (void))                                                                 \
	X(GetFPDate, (unsigned char *, int *))                                                     \
	X(GetFPDateU, (unsigned char *, int *))                                                    \
	X(GetNationCode, (char *, int *))                                                          \
	X(GetNationCodeU, (char *, int *))                                                         \
	X(GetIssuesNum, (int *))                                                                   \
	X(GetIssuesNumU, (int *))                                                                  \
	X(GetBMPData, (unsigned char *, int *))                                                    \
	X(GetJpgData, (unsigned char *, int *))                                                    \
	X(Getbase64BMPData, (unsigned char *, int *))                                              \
	X(Getbase64JpgData, (unsigned char *, int *))

typedef int termb_text(char *text, int *length);

struct termb {
	void *library;
#define X(name, arguments) int (*name) arguments;
	TERMB_FUNCTIONS(X)
#undef X
#define X(name)                                                                                    \
	termb_text *name;                                                                          \
	termb_text *name##U;
	TERMB_TEXTS(X)
#undef X
	/* The same in the order of TERMB_TEXTS: [0] GBK, [1] UTF-16. */
	termb_text *texts[TERMB_TEXTS_MAX][2];
};

extern const char *const termb_names[TERMB_TEXTS_MAX];

/* dlopen() from the folder of libraries under test. Ends the test if there is no such library. */
void *termb_open(const char *name);

/* Ends the test if one of the functions is missing. */
void termb_load(struct termb *ret, const char *name);
void termb_unload(struct termb *termb);

/* Places a person, and authenticates until the card is there. */
void termb_place(const struct termb *termb, const char *persona);
void termb_take(const struct termb *termb);

/* Lifts the card, and waits until the library sees none. */
void termb_lift(const struct termb *termb);

/* The text as UTF-8; both functions must say the same, and write no byte more than they need. */
void termb_get(const struct termb *termb, size_t text, int expected_result, char *ret,
	       size_t size);

#endif
