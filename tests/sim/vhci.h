/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attach file of the kernel's virtual host controller, vhci_hcd. */
#ifndef SIM_VHCI_H
#define SIM_VHCI_H

/*
 * Give @fd, one end of a stream socket, to a free port; the kernel keeps its own
 * reference. Returns the port, -ENODEV if the controller is not there (vhci_hcd not
 * loaded), -EBUSY if no port is free, or another error.
 */
int vhci_attach(int fd, unsigned int device_id);

#endif
