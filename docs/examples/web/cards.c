/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local web service: name and number of each card, and errors.
 * cc cards.c $(pkg-config --cflags --libs libcurl jansson)
 */
#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A line of the events, as far as it came. */
struct line {
	char text[65536];
	size_t size;
};

static const char *field(const json_t *event, const char *one, const char *other)
{
	const char *text = json_string_value(json_object_get(event, one));

	if (!text)
		text = json_string_value(json_object_get(event, other));
	return text ? text : "-";
}

static void show(const json_t *event)
{
	const char *kind = field(event, "class", "");

	/* The first of two fields that the card has: foreigners may have no Chinese name. */
	if (!strcmp(kind, "IDENTITY"))
		printf("%s %s\n", field(event, "name", "name_latin"),
		       field(event, "id_number", "passport_number"));
	else if (!strcmp(kind, "ERROR"))
		fprintf(stderr, "%s\n", field(event, "message", ""));
	fflush(stdout);
}

/* "data: " and one object; other lines say nothing that is not in it. */
static void take_line(const struct line *line)
{
	json_t *event;

	if (line->size < 6 || memcmp(line->text, "data: ", 6) != 0)
		return;
	event = json_loadb(line->text + 6, line->size - 6, 0, NULL);
	show(event);
	json_decref(event);
}

/* What came, in pieces of any size. To refuse one ends the transfer. */
static size_t take(char *data, size_t one, size_t size, void *to)
{
	struct line *line = to;

	for (size_t i = 0; i < size * one; i++) {
		if (data[i] == '\n') {
			take_line(line);
			line->size = 0;
		} else if (line->size < sizeof(line->text)) {
			line->text[line->size++] = data[i];
		} else {
			return 0;
		}
	}
	return size;
}

int main(int argc, char **argv)
{
	static struct line line;
	char url[256], why[CURL_ERROR_SIZE];

	snprintf(url, sizeof(url), "%s/v1/events", argc > 1 ? argv[1] : "http://127.0.0.1:17825");
	for (;; sleep(1)) {
		CURL *curl = curl_easy_init();

		if (!curl)
			return 1;
		line.size = 0;
		curl_easy_setopt(curl, CURLOPT_URL, url);
		curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, &line);
		if (curl_easy_perform(curl) != CURLE_OK)
			fprintf(stderr, "idcard-web: %s\n", why);
		curl_easy_cleanup(curl);
	}
}
