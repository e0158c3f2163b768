/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices: the input devices as udev knows them, and which of them are scanners. */
#ifndef IDCARD_SCAN_DEVICES_H
#define IDCARD_SCAN_DEVICES_H

#include <systemd/sd-event.h>

#include "scan/delivery.h"
#include "util.h"

struct devices;

/* Holds every scanner that the file at @path names, now and later. @path and @delivery stay. */
int devices_new(sd_event *event, const char *path, struct delivery *delivery, struct devices **ret);
struct devices *devices_free(struct devices *d);
DEFINE_CLEANUP(struct devices *, devices_free)

/* For the udev rule: its property, if the file names the device or is wrong; else -ENODEV. */
int devices_mark(const char *path, const char *syspath);

/*
 * For people: prints the sections that would name the keyboards which are there, and which of them
 * the file names; or what is wrong with it.
 */
int devices_list(const char *path);

#endif
