// SPDX-License-Identifier: GPL-2.0-or-later
#include "web/peer.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "util.h"

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

struct end {
	uint32_t address[4];
	uint16_t port;		/* both in network order */
};

static int read_end(const struct sockaddr_storage *a, struct end *ret)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a;

	*ret = (struct end){};
	if (a->ss_family == AF_INET) {
		ret->address[0] = v4->sin_addr.s_addr;
		ret->port = v4->sin_port;
		return 0;
	}
	if (a->ss_family == AF_INET6) {
		memcpy(ret->address, &v6->sin6_addr, sizeof(ret->address));
		ret->port = v6->sin6_port;
		return 0;
	}
	return -EAFNOSUPPORT;
}

/* The socket whose own end is the other end of @fd. */
static int make_request(int fd, struct request *ret)
{
	struct sockaddr_storage here = {}, there = {};
	socklen_t here_size = sizeof(here), there_size = sizeof(there);
	struct end own, other;
	int r;

	if (getsockname(fd, (struct sockaddr *)&here, &here_size) < 0 ||
	    getpeername(fd, (struct sockaddr *)&there, &there_size) < 0)
		return -errno;
	r = read_end(&here, &own);
	if (r >= 0)
		r = read_end(&there, &other);
	if (r < 0)
		return r;
	*ret = (struct request){
		.header = {
			.nlmsg_len = sizeof(*ret),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST,
			.nlmsg_seq = 1,
		},
		.body = {
			.sdiag_family = here.ss_family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = ~0U,
			.id = {
				.idiag_sport = other.port,
				.idiag_dport = own.port,
				.idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE },
			},
		},
	};
	memcpy(ret->body.id.idiag_src, other.address, sizeof(other.address));
	memcpy(ret->body.id.idiag_dst, own.address, sizeof(own.address));
	return 0;
}

/* As IPv6: a socket of IPv6 that speaks IPv4 is given so, though it was asked for as IPv4. */
static void map(unsigned int family, const uint32_t address[4], uint32_t ret[4])
{
	static const uint32_t prefix[3] = { 0, 0, 0xffff };

	memcpy(ret, address, 4 * sizeof(*ret));
	if (family == AF_INET6)
		return;
	ret[3] = address[0];
	for (int i = 0; i < 3; i++)
		ret[i] = htonl(prefix[i]);
}

static bool is_same(unsigned int family, const uint32_t address[4], unsigned int other_family,
		    const uint32_t other[4])
{
	uint32_t a[4], b[4];

	map(family, address, a);
	map(other_family, other, b);
	return memcmp(a, b, sizeof(a)) == 0;
}

/* Without a connection the kernel gives a listener on the port instead: somebody else's. */
static bool is_it(const struct inet_diag_req_v2 *asked, const struct inet_diag_msg *got)
{
	return asked->id.idiag_sport == got->id.idiag_sport &&
	       asked->id.idiag_dport == got->id.idiag_dport &&
	       is_same(asked->sdiag_family, asked->id.idiag_src, got->idiag_family,
		       got->id.idiag_src) &&
	       is_same(asked->sdiag_family, asked->id.idiag_dst, got->idiag_family,
		       got->id.idiag_dst);
}

static int read_reply(const struct nlmsghdr *header, size_t size, const struct request *request,
		      uid_t *ret)
{
	const struct inet_diag_msg *message = NLMSG_DATA(header);

	if (!NLMSG_OK(header, size))
		return -EBADMSG;
	if (header->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *error = NLMSG_DATA(header);

		if (header->nlmsg_len < NLMSG_LENGTH(sizeof(*error)) || error->error >= 0)
			return -EBADMSG;
		return error->error;
	}
	if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
		return -EBADMSG;
	if (!is_it(&request->body, message) || message->idiag_inode == 0)
		return -ENOENT;
	*ret = message->idiag_uid;
	return 0;
}

int peer_uid(int fd, uid_t *ret)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	union {
		struct nlmsghdr header;
		char bytes[4096];
	} reply;
	_cleanup_close_ int netlink = -1;
	struct request request = {};
	ssize_t n;
	int r;

	r = make_request(fd, &request);
	if (r < 0)
		return r;
	netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (netlink < 0 ||
	    sendto(netlink, &request, sizeof(request), 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		return -errno;
	/* The kernel has answered before sendto() returns. */
	n = recv(netlink, &reply, sizeof(reply), MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	return read_reply(&reply.header, n, &request, ret);
}
