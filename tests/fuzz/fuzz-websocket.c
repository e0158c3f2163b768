// SPDX-License-Identifier: GPL-2.0-or-later
/* What a page sends on a WebSocket. Input: the bytes. */
#include <jansson.h>

#include "fuzz.h"
#include "web/ws.h"

/* All that comes of the bytes, @step at a time: one line of text for each event. */
static char *feed(const uint8_t *data, size_t size, size_t step)
{
	struct ws *ws = calloc(1, sizeof(*ws));
	size_t at = 0, used, text_size = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &text_size);

	while (at < size) {
		size_t n = size - at < step ? size - at : step;
		uint8_t *copy = fuzz_copy(data + at, n);
		enum ws_event event = ws_feed(ws, copy, n, &used);

		FUZZ_CHECK(used > 0 && used <= n);
		free(copy);
		at += used;
		if (event == WS_MESSAGE) {
			json_t *string = json_stringn(ws->message, ws->size);

			FUZZ_CHECK(ws->size <= WS_MESSAGE_MAX && ws->message[ws->size] == '\0' &&
				   string);
			json_decref(string);
			fprintf(out, "message %zu %s\n", ws->size, ws->message);
		} else if (event == WS_PINGED) {
			FUZZ_CHECK(ws->control_size <= WS_CONTROL_MAX);
			fprintf(out, "ping %zu\n", ws->control_size);
		} else if (event != WS_MORE) {
			FUZZ_CHECK(ws->code >= WS_NORMAL && ws->code <= 4999);
			FUZZ_CHECK(event == WS_CLOSED || ws->code != WS_NO_CODE);
			fprintf(out, "end %d %d\n", event, ws->code);
		}
	}
	fclose(out);
	free(ws);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *whole = feed(data, size, size + 1), *bytes = feed(data, size, 1),
	     *key = fuzz_string(data, size);
	uint8_t header[WS_HEADER_MAX];
	char accept[WS_ACCEPT_SIZE];

	/* It is the same however it is cut. */
	FUZZ_CHECK(strcmp(whole, bytes) == 0);
	FUZZ_CHECK(ws_header(WS_TEXT, size, header) <= WS_HEADER_MAX);
	if (ws_accept(key, accept))
		FUZZ_CHECK(strlen(accept) == WS_ACCEPT_SIZE - 1 && strlen(key) == WS_KEY_LENGTH);
	free(whole);
	free(bytes);
	free(key);
	return 0;
}

/* Too large for a seed. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	uint8_t header[WS_HEADER_MAX];

	FUZZ_CHECK(ws_header(WS_TEXT, 65536, header) == 10 && header[1] == 127 && header[7] == 1);
	return 0;
}
