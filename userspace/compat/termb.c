// SPDX-License-Identifier: LGPL-2.1-or-later
/* Port and card. */
#include "termb.h"

#include <string.h>

#include "caller.h"
#include "termb-internal.h"
#include "util.h"

/* The other flavour has no such numbers. */
static int result(int number)
{
	return termb_hisign() && number != TERMB_OK ? TERMB_FAILED : number;
}

/* The reader may be gone since; what was read of it counts no more. */
static void close_port(struct termb *t)
{
	termb_files_end(t);
	termb_forget(t);
	if (t->port)
		sdt_close(t->port);
	t->port = 0;
}

/* The second flavour's callers give a device beside it, which stays where it is. */
int CVR_InitComm(int port)
{
	struct trace trace = trace_begin("CVR_InitComm", "%d", port);
	struct termb *t;
	TERMB_LOCKED;

	t = termb_state();
	close_port(t);
	if (sdt_open(port) != SDT_OK)
		return trace_end(&trace, result(TERMB_NO_PORT));
	t->port = port;
	return trace_end(&trace, TERMB_OK);
}

int CVR_CloseComm(void)
{
	struct trace trace = trace_begin("CVR_CloseComm", "%s", "");
	struct termb *t;
	bool open;
	TERMB_LOCKED;

	t = termb_state();
	open = t->port;
	close_port(t);
	return trace_end(&trace, open ? TERMB_OK : TERMB_FAILED);
}

static int find(struct termb *t)
{
	termb_forget(t);
	return sdt_find(t->port, NULL) == SDT_FOUND ? TERMB_OK : TERMB_NOT_FOUND;
}

static int select_card(struct termb *t)
{
	termb_forget(t);
	t->selected = sdt_select(t->port, NULL) == SDT_OK;
	return t->selected ? TERMB_OK : TERMB_NOT_SELECTED;
}

static int authenticate(struct termb *t)
{
	int r = find(t);

	return r == TERMB_OK ? select_card(t) : r;
}

/* A reset makes the daemon forget that this program had the card. */
static int authenticate_again(struct termb *t)
{
	termb_forget(t);
	return sdt_reset(t->port) == SDT_OK ? authenticate(t) : TERMB_NOT_FOUND;
}

static int on_port(const char *function, int (*work)(struct termb *t))
{
	struct trace trace = trace_begin(function, "%s", "");
	struct termb *t;
	TERMB_LOCKED;

	t = termb_state();
	return trace_end(&trace, t->port ? result(work(t)) : TERMB_FAILED);
}

int CVR_Authenticate(void)
{
	return on_port("CVR_Authenticate", authenticate);
}

int CVR_AuthenticateForNoJudge(void)
{
	return on_port("CVR_AuthenticateForNoJudge", authenticate_again);
}

int CVR_FindCard(void)
{
	return on_port("CVR_FindCard", find);
}

int CVR_SelectCard(void)
{
	return on_port("CVR_SelectCard", select_card);
}

static int is_there(struct termb *t)
{
	int r = t->selected ? sdt_read_addresses(t->port, NULL) : SDT_NO_CARD;

	return r == SDT_OK || r == SDT_NO_CONTENT ? TERMB_OK : TERMB_FAILED;
}

int CVR_IsRightCard(void)
{
	return on_port("CVR_IsRightCard", is_there);
}

static int nothing(struct termb *t)
{
	return TERMB_OK;
}

int CVR_Ant(int mode)
{
	return on_port("CVR_Ant", nothing);
}

int CVR_SetBaudRate(int rate)
{
	static const int rates[] = { 9600, 19200, 38400, 57600, 115200 };
	struct trace trace = trace_begin("CVR_SetBaudRate", "%d", rate);
	int r = TERMB_FAILED;

	for (size_t i = 0; i < ELEMENTSOF(rates); i++)
		if (rates[i] == rate)
			r = TERMB_OK;
	return trace_end(&trace, r);
}

/* 36 characters of ASCII, or none, with their end. */
static int give_id(const char *function, char *to, bool wide, const char *id, int good)
{
	struct trace trace = trace_begin(function, "%s", "");
	uint8_t text[2 * SAM_ID_TEXT_SIZE] = {};
	size_t n = strlen(id) + 1;

	for (size_t i = 0; i < n; i++)
		text[wide ? 2 * i : i] = (uint8_t)id[i];
	if (!caller_write(to, text, wide ? 2 * n : n))
		good = TERMB_FAILED;
	return trace_end(&trace, good);
}

int termb_device_number(struct termb *t, char ret[SAM_ID_TEXT_SIZE])
{
	uint8_t id[SAM_ID_SIZE];

	*ret = '\0';
	if (!t->port || sdt_sam_id(t->port, id) != SDT_OK)
		return -ENODEV;
	return sam_id_format(id, ret);
}

static int give_sam_id(const char *function, char *to, bool wide)
{
	char text[SAM_ID_TEXT_SIZE] = "";
	int r;
	TERMB_LOCKED;

	r = termb_device_number(termb_state(), text);
	return give_id(function, to, wide, text, r < 0 ? TERMB_FAILED : TERMB_OK);
}

int CVR_GetSAMID(char *id)
{
	return give_sam_id("CVR_GetSAMID", id, false);
}

int CVR_GetSAMIDU(char *id)
{
	return give_sam_id("CVR_GetSAMIDU", id, true);
}

int CVR_GetIDCardUID(char *id, int size)
{
	return give_id("CVR_GetIDCardUID", id, false, "", TERMB_FAILED);
}

int CVR_GetIDCardUIDU(char *id, int size)
{
	return give_id("CVR_GetIDCardUIDU", id, true, "", TERMB_FAILED);
}
