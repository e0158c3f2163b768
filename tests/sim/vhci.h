/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attach file of the kernel's virtual host controller, vhci_hcd. */
#ifndef SIM_VHCI_H
#define SIM_VHCI_H

#include <stdbool.h>
#include <sys/types.h>

enum { VHCI_ANY_PORT = -1 };

/*
 * Give @fd, one end of a stream socket, to @port, or to a free one if that is
 * VHCI_ANY_PORT; the kernel keeps its own reference. Returns the port, -ENODEV if the controller
 * is not there (vhci_hcd not loaded), -EBUSY if no port is free, or another error.
 */
int vhci_attach(int fd, unsigned int device_id, int port);

/*
 * The hub's port lets go of its device, as when that is pulled out. If the connection closes first,
 * there is a moment in which a transfer that is submitted and given up never comes back (vhci_hcd
 * looks for it among those sent), and whoever gave it up waits for ever, be it the hub itself.
 *
 * The host may have something to ask before it lets go: the caller goes on answering until
 * vhci_has_let_go(), closes the connection, then calls vhci_take_on(). -EOPNOTSUPP before Linux
 * 6.0, or an error of fork().
 */
pid_t vhci_let_go(int port);
bool vhci_has_let_go(pid_t letting_go);
/* Nothing if it is not off. */
void vhci_take_on(int port);

#endif
