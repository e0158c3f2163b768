/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Front end on USB: answers the USB/IP messages that vhci_hcd sends over a socket.
 *
 * A reply waits as packets in the device and goes out when the host asks for it: an IN
 * transfer ends with a short packet or when it is full, and what nobody fetched is
 * found by the next transfer.
 */
#ifndef SIM_USBIP_H
#define SIM_USBIP_H

#include <systemd/sd-event.h>

#include "reader.h"
#include "usb-device.h"

/*
 * At @port of the virtual controller, or VHCI_ANY_PORT. Returns a negative errno or 0. The front
 * end belongs to the reader.
 */
int usbip_new(sd_event *event, struct reader *reader, enum usb_framing framing, int port);

#endif
