// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/origins.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util.h"

/* Pages of files and of data: URLs have no origin that would tell one from another. */
static const struct {
	const char *scheme;
	unsigned long port;	/* its own; 0: it has none */
} schemes[] = {
	{ "http://", 80 },
	{ "https://", 443 },
	{ "chrome-extension://", 0 },
	{ "moz-extension://", 0 },
};

static bool is_host_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_';
}

/* The length of the host at the beginning of @s, 0 if there is none. */
static size_t host_length(const char *s)
{
	size_t n = 0;

	if (*s == '[') {
		n = 1 + strspn(s + 1, "0123456789abcdefABCDEF:.");
		return n > 1 && s[n] == ']' ? n + 1 : 0;
	}
	while (is_host_char(s[n]))
		n++;
	return n;
}

/* 0: none; -1: what follows the host is no port. */
static long read_port(const char *s)
{
	char *end;
	unsigned long port;

	if (*s == '\0')
		return 0;
	if (*s != ':' || !isdigit((unsigned char)s[1]))
		return -1;
	port = strtoul(s + 1, &end, 10);
	return *end || end - s > 6 || port == 0 || port > UINT16_MAX ? -1 : (long)port;
}

bool origin_parse(const char *text, char ret[ORIGIN_SIZE])
{
	for (size_t i = 0; i < ELEMENTSOF(schemes); i++) {
		size_t scheme = strlen(schemes[i].scheme), host;
		long port;

		if (strncasecmp(text, schemes[i].scheme, scheme) != 0)
			continue;
		host = host_length(text + scheme);
		if (host == 0 || scheme + host + 7 > ORIGIN_SIZE)
			return false;
		port = read_port(text + scheme + host);
		if (port < 0 || (port > 0 && schemes[i].port == 0))
			return false;
		for (size_t k = 0; k < scheme + host; k++)
			ret[k] = (char)tolower((unsigned char)text[k]);
		ret[scheme + host] = '\0';
		if (port > 0 && (unsigned long)port != schemes[i].port)
			snprintf(ret + scheme + host, 7, ":%ld", port);
		return true;
	}
	return false;
}

bool origin_of_url(const char *url, char ret[ORIGIN_SIZE])
{
	const char *host = strstr(url, "://");
	char origin[ORIGIN_SIZE];
	size_t n;

	if (!host)
		return false;
	n = host + 3 - url + strcspn(host + 3, "/?#");
	if (n >= sizeof(origin))
		return false;
	memcpy(origin, url, n);
	origin[n] = '\0';
	return origin_parse(origin, ret);
}

static const char *const words[] = {
	[ORIGIN_PENDING] = "pending", [ORIGIN_ALLOWED] = "allowed", [ORIGIN_DENIED] = "denied",
};

const char *origin_state_word(enum origin_state state)
{
	return words[state];
}

enum origin_state origin_state_from_word(const char *word)
{
	for (size_t i = 0; i < ELEMENTSOF(words); i++)
		if (words[i] && strcmp(words[i], word) == 0)
			return i;
	return ORIGIN_UNKNOWN;
}

static struct origin *find(struct origins *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->list[i].name, name) == 0)
			return &o->list[i];
	return NULL;
}

const struct origin *origins_find(const struct origins *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->list[i].name, name) == 0)
			return &o->list[i];
	return NULL;
}

static void forget(struct origins *o, struct origin *origin)
{
	size_t i = origin - o->list;

	memmove(origin, origin + 1, (o->n - i - 1) * sizeof(*origin));
	o->n--;
}

static bool is_address(const char *host, size_t n)
{
	return *host == '[' || strspn(host, "0123456789.") >= n;
}

void origin_site(const char *name, char ret[ORIGIN_SIZE])
{
	const char *host = strstr(name, "://") + 3, *last, *site = host;
	size_t n = host_length(host);

	if (!is_address(host, n)) {
		for (last = host + n; last > host && last[-1] != '.'; last--)
			;
		for (site = last - (last > host); site > host && site[-1] != '.'; site--)
			;
		/* "com.cn", "co.uk" are nobody's: one label more. */
		if (site > host && host + n - last == 2 && last - site <= 4)
			for (site--; site > host && site[-1] != '.'; site--)
				;
	}
	snprintf(ret, ORIGIN_SIZE, "%.*s", (int)(host + n - site), site);
}

static bool waits_of(const struct origin *origin, const char *site)
{
	char its[ORIGIN_SIZE];

	if (origin->state != ORIGIN_PENDING)
		return false;
	origin_site(origin->name, its);
	return strcmp(its, site) == 0;
}

static size_t pending_of(const struct origins *o, const char *site)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++)
		n += waits_of(&o->list[i], site);
	return n;
}

/* The first of @site to ask. */
static void forget_of_site(struct origins *o, const char *site)
{
	for (size_t i = 0; i < o->n; i++)
		if (waits_of(&o->list[i], site))
			return forget(o, &o->list[i]);
}

/* The first to ask, of the site of which most wait. */
static void forget_a_pending(struct origins *o)
{
	char site[ORIGIN_SIZE], most[ORIGIN_SIZE] = "";
	size_t n, n_most = 0;

	for (size_t i = 0; i < o->n; i++) {
		if (o->list[i].state != ORIGIN_PENDING)
			continue;
		origin_site(o->list[i].name, site);
		n = pending_of(o, site);
		if (n > n_most) {
			n_most = n;
			memcpy(most, site, sizeof(most));
		}
	}
	if (n_most)
		forget_of_site(o, most);
}

static struct origin *add(struct origins *o, const char *name)
{
	struct origin *origin;

	if (o->n == ORIGINS_MAX)
		forget_a_pending(o);
	if (o->n == ORIGINS_MAX)
		return NULL;
	origin = &o->list[o->n++];
	*origin = (struct origin){};
	snprintf(origin->name, sizeof(origin->name), "%s", name);
	return origin;
}

enum origin_state origins_ask(struct origins *o, const char *name, int profile, bool *ret_new)
{
	struct origin *origin = find(o, name);
	char site[ORIGIN_SIZE];

	*ret_new = !origin;
	if (!origin) {
		origin_site(name, site);
		if (pending_of(o, site) >= ORIGINS_PENDING_PER_SITE)
			forget_of_site(o, site);
		if (origins_pending(o) >= ORIGINS_PENDING_MAX)
			forget_a_pending(o);
		origin = add(o, name);
		if (!origin)
			return ORIGIN_PENDING;
		origin->state = ORIGIN_PENDING;
	}
	if (profile >= 0)
		origin->profiles |= UINT32_C(1) << profile;
	return origin->state;
}

int origins_set(struct origins *o, const char *name, enum origin_state state, bool administrator)
{
	struct origin *origin = find(o, name);

	if (origin && origin->administrator && !administrator)
		return -EPERM;
	if (state == ORIGIN_UNKNOWN) {
		if (!origin)
			return -ENOENT;
		forget(o, origin);
		return 0;
	}
	if (!origin)
		origin = add(o, name);
	if (!origin)
		return -ENOSPC;
	origin->state = state;
	origin->administrator = administrator;
	return 0;
}

size_t origins_pending(const struct origins *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++)
		n += o->list[i].state == ORIGIN_PENDING;
	return n;
}

static bool read_line(struct origins *o, const char *line, size_t size)
{
	char copy[ORIGIN_SIZE + 16], name[ORIGIN_SIZE], *space;
	enum origin_state state;

	if (size >= sizeof(copy))
		return false;
	memcpy(copy, line, size);
	copy[size] = '\0';
	space = strchr(copy, ' ');
	if (!space)
		return false;
	*space = '\0';
	state = origin_state_from_word(copy);
	if ((state != ORIGIN_ALLOWED && state != ORIGIN_DENIED) || !origin_parse(space + 1, name))
		return false;
	/* What the administrator decided holds. */
	return origins_set(o, name, state, false) != -ENOSPC;
}

unsigned int origins_read(struct origins *o, const char *text)
{
	unsigned int bad = 0;

	while (*text) {
		size_t size = strcspn(text, "\n");

		if (size)
			bad += !read_line(o, text, size);
		text += size + (text[size] == '\n');
	}
	return bad;
}

char *origins_write(const struct origins *o)
{
	size_t size = 1, used = 0;
	char *text;

	for (size_t i = 0; i < o->n; i++)
		size += strlen(o->list[i].name) + 16;
	text = calloc(1, size);
	for (size_t i = 0; text && i < o->n; i++) {
		const struct origin *origin = &o->list[i];

		if (!origin->administrator && origin->state != ORIGIN_PENDING)
			used += snprintf(text + used, size - used, "%s %s\n",
					 words[origin->state], origin->name);
	}
	return text;
}
