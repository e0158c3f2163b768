// SPDX-License-Identifier: GPL-2.0-or-later
/* Configurations that lie, made out of one that does not. */
#include <linux/usb/ch9.h>
#include <string.h>

#include "fuzz.h"
#include "util.h"

struct descriptors {
	uint8_t *bytes;
	size_t n, size;
};

/* Where the @which-th descriptor of @type begins (any type if 0), or the end. */
static size_t find(const struct descriptors *d, uint8_t type, unsigned int which)
{
	size_t at = 0;

	while (at + 2 <= d->n && d->bytes[at] >= 2) {
		if ((!type || d->bytes[at + 1] == type) && !which--)
			return at;
		at += d->bytes[at];
	}
	return d->n;
}

static bool room(const struct descriptors *d, size_t at, size_t n)
{
	return at + n <= d->n;
}

static void insert(struct descriptors *d, size_t at, const uint8_t *bytes, size_t n)
{
	if (d->n + n > d->size || at > d->n)
		return;
	memmove(d->bytes + at + n, d->bytes + at, d->n - at);
	memcpy(d->bytes + at, bytes, n);
	d->n += n;
}

static void change_endpoint(struct fuzz_random *r, struct descriptors *d)
{
	static const uint16_t packets[] = { 0, 1, 7, 8, 63, 65, 512, 1023, 1024, 2047, 0xffff };
	size_t at = find(d, USB_DT_ENDPOINT, fuzz_pick(r, 4));
	uint16_t packet = packets[fuzz_pick(r, ELEMENTSOF(packets))];

	if (!room(d, at, USB_DT_ENDPOINT_SIZE))
		return;
	switch (fuzz_pick(r, 4)) {
	case 0:
		d->bytes[at + 2] = (uint8_t)fuzz_number(r);
		break;
	case 1:
		d->bytes[at + 3] = (uint8_t)fuzz_pick(r, 4);
		break;
	case 2:
		d->bytes[at + 4] = (uint8_t)packet;
		d->bytes[at + 5] = (uint8_t)(packet >> 8);
		break;
	default:
		d->bytes[at + 6] = (uint8_t)fuzz_number(r);
		break;
	}
}

static void drop_or_repeat(struct fuzz_random *r, struct descriptors *d)
{
	size_t at = find(d, 0, 1 + fuzz_pick(r, 5)), n;
	uint8_t copy[255];

	if (!room(d, at, 2) || !room(d, at, d->bytes[at]))
		return;
	n = d->bytes[at];
	if (fuzz_chance(r, 50)) {
		memmove(d->bytes + at, d->bytes + at + n, d->n - at - n);
		d->n -= n;
	} else {
		memcpy(copy, d->bytes + at, n);
		insert(d, fuzz_chance(r, 50) ? at : d->n, copy, n);
	}
}

/* The interface once more: as another one, or as an alternate setting. */
static void add_interface(struct fuzz_random *r, struct descriptors *d)
{
	size_t at = find(d, USB_DT_INTERFACE, 0), n;
	uint8_t copy[256];

	if (!room(d, at, USB_DT_INTERFACE_SIZE))
		return;
	n = d->n - at;
	if (n > sizeof(copy))
		return;
	memcpy(copy, d->bytes + at, n);
	if (fuzz_chance(r, 50))
		copy[2] = (uint8_t)(1 + fuzz_pick(r, 3));
	else
		copy[3] = (uint8_t)(1 + fuzz_pick(r, 3));
	if (fuzz_chance(r, 30))
		copy[5] = (uint8_t)fuzz_number(r);
	insert(d, d->n, copy, n);
	if (fuzz_chance(r, 70))
		d->bytes[4]++;
}

static void lie_about_lengths(struct fuzz_random *r, struct descriptors *d)
{
	size_t at;

	switch (fuzz_pick(r, 4)) {
	case 0:
		d->bytes[2] = (uint8_t)fuzz_number(r);
		d->bytes[3] = (uint8_t)fuzz_pick(r, 3);
		break;
	case 1:
		at = find(d, 0, fuzz_pick(r, 6));
		if (room(d, at, 1))
			d->bytes[at] = (uint8_t)fuzz_pick(r, 20);
		break;
	case 2:
		at = find(d, USB_DT_INTERFACE, 0);
		if (room(d, at, USB_DT_INTERFACE_SIZE))
			d->bytes[at + 4] = (uint8_t)fuzz_pick(r, 40);
		break;
	default:
		d->n = fuzz_pick(r, (unsigned int)d->n + 1);
		break;
	}
}

static void change_bytes(struct fuzz_random *r, struct descriptors *d)
{
	uint8_t noise[32];
	size_t n = 2 + fuzz_pick(r, sizeof(noise) - 2);

	if (fuzz_chance(r, 50)) {
		for (n = 1 + fuzz_pick(r, 6); n && d->n; n--)
			d->bytes[fuzz_pick(r, (unsigned int)d->n)] = (uint8_t)fuzz_number(r);
		return;
	}
	fuzz_bytes(r, noise, n);
	noise[0] = (uint8_t)n;
	insert(d, find(d, 0, fuzz_pick(r, 6)), noise, n);
}

/* Most lies keep what the host reads first consistent, or it looks no further. */
size_t fuzz_configuration(struct fuzz_random *r, uint8_t *bytes, size_t n, size_t size)
{
	struct descriptors d = { bytes, n, size };
	unsigned int changes = 1 + fuzz_pick(r, 4);
	bool lies = false;

	while (changes--) {
		switch (fuzz_pick(r, 8)) {
		case 0:
		case 1:
		case 2:
			change_endpoint(r, &d);
			break;
		case 3:
		case 4:
			drop_or_repeat(r, &d);
			break;
		case 5:
			add_interface(r, &d);
			break;
		case 6:
			lie_about_lengths(r, &d);
			lies = true;
			break;
		default:
			change_bytes(r, &d);
			break;
		}
	}
	if (!lies && d.n >= USB_DT_CONFIG_SIZE) {
		bytes[2] = (uint8_t)d.n;
		bytes[3] = (uint8_t)(d.n >> 8);
	}
	return d.n;
}
