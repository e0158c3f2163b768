// SPDX-License-Identifier: GPL-2.0-or-later
/* 精伦 Routon over HTTP. Its pages give the text of a reply to eval(). */
#include "profile-routon.h"

#include <string.h>

#include "util.h"

enum { CONNECT, DISCONNECT, GET_STATUS, READ_CARD, READ_CERT, GET_SAM_ID, OTHER };

static void request(const struct profile_settings *settings, const struct profile_request *request,
		    struct profile_call *ret)
{
	static const struct {
		const char *path;
		enum profile_need need;
		unsigned int what, wait_ms;
	} paths[] = {
		{ "/api/connect", PROFILE_STATUS, CONNECT },
		{ "/api/disconnect", PROFILE_NOTHING, DISCONNECT },
		{ "/api/getStatus", PROFILE_STATUS, GET_STATUS },
		{ "/api/readCard", PROFILE_CARD, READ_CARD, PROFILE_WAIT_MS },
		{ "/api/readCert", PROFILE_CARD, READ_CERT, PROFILE_WAIT_MS },
		{ "/api/getSAMID", PROFILE_STATUS, GET_SAM_ID },
		{ "/api/readICCardSN", PROFILE_NOTHING, OTHER },
		{ "/api/readIDCardSN", PROFILE_NOTHING, OTHER },
	};

	*ret = (struct profile_call){ .need = PROFILE_NOT_FOUND };
	for (size_t i = 0; i < ELEMENTSOF(paths); i++)
		if (strcmp(request->path, paths[i].path) == 0)
			*ret = (struct profile_call){ .need = paths[i].need, .what = paths[i].what,
						      .wait_ms = paths[i].wait_ms };
}

static void render_connect(struct profile_text *t, const struct profile_outcome *outcome)
{
	enum idcard_error error = reader_missing(outcome);

	if (error == IDCARD_ERROR_NONE)
		routon_status(t, outcome);
	else
		routon_failure(t, error);
}

static void render_sam_id(struct profile_text *t, const struct profile_outcome *outcome)
{
	if (!outcome->reader || !outcome->sam_id) {
		routon_failure(t, IDCARD_ERROR_NO_READER);
		return;
	}
	routon_status(t, outcome);
	text_object(t, "resultContent");
	text_string(t, "SAMID", outcome->sam_id);
	text_add(t, "}");
}

static void render(const struct profile_settings *settings, const struct profile_call *call,
		   const struct profile_outcome *outcome, struct profile_text *ret,
		   const char **content_type)
{
	static const struct profile_outcome fine = { .reader = true };

	*content_type = PROFILE_PLAIN;
	text_add(ret, "{");
	switch (call->what) {
	case CONNECT:
		render_connect(ret, outcome);
		break;
	case DISCONNECT:
		routon_status(ret, &fine);
		break;
	case GET_STATUS:
		routon_status(ret, outcome);
		break;
	case READ_CARD:
	case READ_CERT:
		routon_card(ret, outcome, true, call->what == READ_CERT);
		break;
	case GET_SAM_ID:
		render_sam_id(ret, outcome);
		break;
	default:
		routon_unsupported(ret);
	}
	text_add(ret, "}");
}

const struct profile profile_routon_http = {
	.name = "routon-http",
	.title = "精伦 Routon, port 18889",
	.port = 18889,
	.request = request,
	.render = render,
};
