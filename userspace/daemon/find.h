/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find: which devices of udev are readers, and how each is to be opened. */
#ifndef IDCARDD_FIND_H
#define IDCARDD_FIND_H

#include <libudev.h>
#include <stdint.h>

#include "place.h"

struct found {
	struct place place;
	unsigned long devnum;	/* the same path plugged in again may have another */
	uint64_t since;		/* each time it is plugged in has another */
	char name[64];		/* for people, the same for the same socket */
};

/*
 * The reader at @syspath as it is there now. 0 and *@ret; -ENOENT if there is none, -EAGAIN if
 * udev or a driver has not finished with it yet, -EINVAL if a property makes no sense.
 */
int find_reader(struct udev *udev, const char *syspath, struct found *ret);

/* The device at whose path a reader would be that @d is, or is a part of. Borrowed; or NULL. */
struct udev_device *find_owner(struct udev_device *d);

/* Ask for events of all that may be readers. */
int find_filter(struct udev_monitor *monitor);

/* Call @each with the path of all that is marked as a reader now. */
int find_all(struct udev *udev, void (*each)(const char *syspath, void *userdata), void *userdata);

#endif
