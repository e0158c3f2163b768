// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECT_MS = 2000 };

#define SOCKET(name, family, type, protocol)                                                       \
	static int name(const struct probe *p)                                                     \
	{                                                                                          \
		return TRY(socket(family, (type) | SOCK_CLOEXEC, protocol));                       \
	}

SOCKET(inet, AF_INET, SOCK_STREAM, 0)
SOCKET(inet_udp, AF_INET, SOCK_DGRAM, 0)
SOCKET(inet_raw, AF_INET, SOCK_RAW, IPPROTO_ICMP)
SOCKET(inet6, AF_INET6, SOCK_STREAM, 0)
SOCKET(packet, AF_PACKET, SOCK_RAW, 0)
SOCKET(vsock, AF_VSOCK, SOCK_STREAM, 0)
SOCKET(alg, AF_ALG, SOCK_SEQPACKET, 0)
SOCKET(route, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)
SOCKET(uevent, AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT)
SOCKET(diag, AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG)
SOCKET(netfilter, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER)
SOCKET(generic, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC)

static struct sockaddr_in to(const char *address, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, address, &a.sin_addr);
	return a;
}

static int connect_to(const char *address)
{
	struct sockaddr_in a = to(address, PROBE_PORT);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error = 0;
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(error);

	if (fd < 0)
		return errno;
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	if (poll(&p, 1, CONNECT_MS) != 1)
		return ETIMEDOUT;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

static int connect_outside(const struct probe *p)
{
	return connect_to(PROBE_OUTSIDE);
}

static int connect_loopback(const struct probe *p)
{
	return connect_to("127.0.0.1");
}

static int send_outside(const struct probe *p)
{
	struct sockaddr_in a = to(PROBE_OUTSIDE, PROBE_PORT);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? errno : TRY(sendto(fd, "x", 1, 0, (struct sockaddr *)&a, sizeof(a)));
}

static int bind_to(int type, uint16_t port)
{
	struct sockaddr_in a = to("0.0.0.0", port);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	return fd < 0 ? errno : TRY(bind(fd, (struct sockaddr *)&a, sizeof(a)));
}

static int bind_low(const struct probe *p)
{
	return bind_to(SOCK_STREAM, 80);
}

static int bind_high(const struct probe *p)
{
	return bind_to(SOCK_STREAM, 29999);
}

static int bind_udp(const struct probe *p)
{
	return bind_to(SOCK_DGRAM, 29999);
}

/* The loopback interface, up as it is. */
static int configure(const struct probe *p)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
	} request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_NEWLINK,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.info = { .ifi_family = AF_UNSPEC, .ifi_index = 1, .ifi_flags = IFF_UP,
			  .ifi_change = IFF_UP },
	};
	char reply[1024];
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	const struct nlmsghdr *head = (const struct nlmsghdr *)reply;

	if (fd < 0)
		return errno;
	if (send(fd, &request, sizeof(request), 0) < 0 || recv(fd, reply, sizeof(reply), 0) < 0)
		return errno;
	if (head->nlmsg_type != NLMSG_ERROR)
		return EIO;
	return -((const struct nlmsgerr *)NLMSG_DATA(head))->error;
}

static int connect_unix(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	strcpy(a.sun_path, path);
	return TRY(connect(fd, (struct sockaddr *)&a, sizeof(a)));
}

static int bus(const struct probe *p)
{
	return connect_unix("/run/dbus/system_bus_socket");
}

static int manager(const struct probe *p)
{
	return connect_unix("/run/systemd/private");
}

static int udev_control(const struct probe *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/run/udev/control" };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	return fd < 0 ? errno : TRY(connect(fd, (struct sockaddr *)&a, sizeof(a)));
}

const struct attempt attempts_network[] = {
	{ "socket-inet", inet },	{ "socket-inet-udp", inet_udp }, { "socket-inet-raw", inet_raw },
	{ "socket-inet6", inet6 },	{ "socket-packet", packet },	{ "socket-vsock", vsock },
	{ "socket-alg", alg },		{ "netlink-route", route },	{ "netlink-uevent", uevent },
	{ "netlink-diag", diag },	{ "netlink-netfilter", netfilter }, { "netlink-generic", generic },
	{ "netlink-configure", configure }, { "connect-outside", connect_outside },
	{ "connect-loopback", connect_loopback }, { "send-outside", send_outside },
	{ "bind-low", bind_low },	{ "bind-high", bind_high },	{ "bind-udp", bind_udp },
	{ "connect-bus", bus },		{ "connect-manager", manager },	{ "connect-udev", udev_control },
	END_OF_ATTEMPTS
};
