/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attach file of the kernel's virtual host controller, vhci_hcd. */
#ifndef SIM_VHCI_H
#define SIM_VHCI_H

enum { VHCI_ANY_PORT = -1 };

/*
 * Give @fd, one end of a stream socket, to @port, or to a free one if that is
 * VHCI_ANY_PORT; the kernel keeps its own reference. Returns the port, -ENODEV if the controller
 * is not there (vhci_hcd not loaded), -EBUSY if no port is free, or another error.
 */
int vhci_attach(int fd, unsigned int device_id, int port);

#endif
