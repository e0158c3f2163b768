// SPDX-License-Identifier: LGPL-2.1-or-later
/* What only the second flavour has. */
#include "termb-hisign.h"

#include "termb-internal.h"

static int try_ports(int first, int last)
{
	int r = SDT_PORT_FAILED;

	for (int port = first; r == SDT_PORT_FAILED && port <= last; port++) {
		r = sdt_open(port);
		sdt_close(port);
	}
	return r;
}

int AutoCheckDevice(char *device)
{
	struct trace trace = trace_begin("AutoCheckDevice", "%s", "");
	int r;
	TERMB_LOCKED;

	if (termb_state()->port)
		return trace_end(&trace, TERMB_OK);
	r = try_ports(SDT_USB_FIRST, SDT_USB_LAST);
	if (r == SDT_PORT_FAILED)
		r = try_ports(SDT_COM_FIRST, SDT_COM_LAST);
	return trace_end(&trace, r == SDT_OK ? TERMB_OK : TERMB_FAILED);
}
