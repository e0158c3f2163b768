// SPDX-License-Identifier: GPL-2.0-or-later
#include "usbip-wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "util.h"
#include "vhci.h"

int usbip_wire_init(struct usbip_wire *w)
{
	*w = (struct usbip_wire){ .fd = -1 };
	w->input = malloc(sizeof(struct usbip_message) + USBIP_TRANSFER_MAX);
	return w->input ? 0 : -ENOMEM;
}

void usbip_wire_done(struct usbip_wire *w)
{
	usbip_wire_detach(w);
	free(w->input);
	w->input = NULL;
}

int usbip_wire_attach(struct usbip_wire *w, int port)
{
	int ends[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	w->fd = ends[0];
	w->have = 0;
	r = vhci_attach(ends[1], 1, port);
	safe_close(ends[1]);
	if (r < 0)
		usbip_wire_detach(w);
	return r;
}

void usbip_wire_detach(struct usbip_wire *w)
{
	if (w->fd >= 0)
		shutdown(w->fd, SHUT_RDWR);
	w->fd = safe_close(w->fd);
	w->have = 0;
}

static void send_message(struct usbip_wire *w, struct usbip_message *m, const void *data, size_t n)
{
	struct iovec parts[] = { { m, sizeof(*m) }, { (void *)data, n } };
	struct msghdr h = { .msg_iov = parts, .msg_iovlen = n ? 2 : 1 };

	if (w->fd < 0)
		return;
	if (sendmsg(w->fd, &h, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)(sizeof(*m) + n))
		shutdown(w->fd, SHUT_RDWR);
}

void usbip_wire_return_submit(struct usbip_wire *w, uint32_t seqnum, int status, size_t length,
			      const void *data, size_t n)
{
	struct usbip_message m = {
		.command = htonl(USBIP_RET_SUBMIT),
		.seqnum = htonl(seqnum),
		.ret.status = htonl((uint32_t)status),
		.ret.length = htonl((uint32_t)length),
	};

	send_message(w, &m, data, n);
}

void usbip_wire_return_unlink(struct usbip_wire *w, uint32_t seqnum, int status)
{
	struct usbip_message m = {
		.command = htonl(USBIP_RET_UNLINK),
		.seqnum = htonl(seqnum),
		.ret.status = htonl((uint32_t)status),
	};

	send_message(w, &m, NULL, 0);
}

/* Bytes the message at the front of the input needs in all. */
static size_t message_size(const struct usbip_wire *w)
{
	const struct usbip_message *m = (const void *)w->input;

	if (w->have < sizeof(*m))
		return sizeof(*m);
	if (ntohl(m->command) == USBIP_CMD_SUBMIT && ntohl(m->direction) != USBIP_IN)
		return sizeof(*m) + ntohl(m->submit.length);
	return sizeof(*m);
}

ssize_t usbip_wire_receive(struct usbip_wire *w, const struct usbip_message **ret)
{
	size_t need = message_size(w);
	ssize_t n;

	*ret = NULL;
	if (need > sizeof(struct usbip_message) + USBIP_TRANSFER_MAX)
		return 0;
	n = recv(w->fd, w->input + w->have, need - w->have, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? n : 0;
	w->have += (size_t)n;
	if (n && w->have == message_size(w)) {
		*ret = (const void *)w->input;
		w->have = 0;
	}
	return n;
}
