/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Manager: which readers there are. Listens to udev, takes what is a reader, and passes on what
 * happens at them.
 */
#ifndef IDCARDD_MANAGER_H
#define IDCARDD_MANAGER_H

#include "device.h"

struct keep;
struct manager;

enum device_change {
	DEVICE_ADDED,
	DEVICE_CHANGED,
	DEVICE_REMOVED,
};

struct manager_callbacks {
	void (*device)(struct device *d, enum device_change change, void *userdata);
	void (*card)(struct device *d, const struct reader_event *event, void *userdata);
	void *userdata;
};

int manager_new(sd_event *event, const struct manager_callbacks *callbacks, struct manager **ret);
struct manager *manager_free(struct manager *m);

/* Where the readers remember. Before there are any. */
void manager_set_keep(struct manager *m, struct keep *keep);

/*
 * What is told is told to those who are there: before anything is said to the readers, the @n shall
 * be back who lost the daemon before. Not for ever: some may have ended with it.
 */
void manager_await_watchers(struct manager *m, unsigned int n);

/* So many watch now. False: more are awaited. */
bool manager_watchers(struct manager *m, unsigned int n);

/* Listen to udev, then take what is there. */
int manager_start_udev(struct manager *m);

/* One more reader, named by the administrator. */
int manager_add(struct manager *m, const struct place *place);

void manager_set_want(struct manager *m, const struct reader_want *want);

/* device_read_again(), if @d is still there. */
void manager_read_again(struct manager *m, const struct device *d);
bool manager_busy(const struct manager *m);

/* The array of devices; a new reference. */
json_t *manager_to_json(const struct manager *m);

#endif
