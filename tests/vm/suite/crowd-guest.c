// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the crowd is in the guest: all services, as a user has them, and users with accounts. */
#include "crowd.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util.h"

enum { WEB_PORT = 17825 };

static void stream_events(int out, size_t unused)
{
	static const char request[] = "GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:17825\r\n\r\n";
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(WEB_PORT),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char *line = NULL;
	bool begun = false;
	size_t size = 0;
	FILE *f;

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    write(fd, request, sizeof(request) - 1) < 0)
		_exit(1);
	f = fdopen(fd, "r");
	while (f && getline(&line, &size, f) > 0) {
		if (!begun && strncmp(line, "data: ", 6) == 0)
			begun = write(out, "\n", 1) == 1;
		else if (strncmp(line, "data: ", 6) == 0 && strstr(line, "\"class\":\"IDENTITY\"") &&
			 write(out, line + 6, strlen(line + 6)) < 0)
			break;
	}
	_exit(2);
}

void crowd_ground_begin(void)
{
	for (unsigned int i = 0; i < CROWD_USERS; i++)
		require(shell("id crowd%u >/dev/null 2>&1 || useradd -M -N -u %u -g nogroup -G idcard crowd%u", i,
			      CROWD_UID + i, i) == 0, "no user");
	sim_start("split");
	sim("plug");
	ready();
	require(shell("systemctl start idcard-web.service") == 0, "idcard-web does not start");
}

void crowd_ground_end(void)
{
	require(shell("systemctl stop idcard-web.service") == 0, "idcard-web does not stop");
}

size_t crowd_ground_services(struct crowd_service ret[CROWD_SERVICES])
{
	static const char *const units[] = { "idcardd.service", "idcard-node.service", "idcard-web.service" };

	for (size_t i = 0; i < ELEMENTSOF(units); i++)
		ret[i] = (struct crowd_service){ units[i], service_pid(units[i]) };
	return ELEMENTSOF(units);
}

size_t crowd_ground_ways(struct crowd_way ret[CROWD_WAYS])
{
	ret[0] = (struct crowd_way){ "/dev/idcard", lines_open(65536) };
	ret[1] = (struct crowd_way){ "the page", lines_run(stream_events, 0) };
	return 2;
}

void crowd_ground_rude(unsigned int clients)
{
	crowd_start_one(CROWD_UID + 1, true, crowd_node, clients);
	crowd_start_one(CROWD_UID + 2, true, crowd_web, clients < 300 ? clients : 300);
}

void crowd_ground_say(const struct crowd_report *reports)
{
	const struct crowd_report *node = reports, *web = reports + 1;

	printf("# /dev/idcard: opened %u times by one user, %u refused with ENFILE, %u otherwise\n", node->let_in,
	       node->refused, node->unsaid);
	require(node->unsaid == 0 && node->let_in <= CROWD_PER_UID, "/dev/idcard: %u by one user", node->let_in);
	printf("# web: %u connections at first, %u later, %u times too many\n", web->let_in,
	       web->reconnected, web->too_many);
}
