// SPDX-License-Identifier: GPL-2.0-or-later
/* What has to be configured or enabled first: portraits, web, wedge; and the vendor libraries. */
#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "compat.h"
#include "config.h"
#include "ctl.h"
#include "doctor.h"

#define WEB_CONFIG "/etc/idcard/web.conf"
#define PORTRAIT_CONFIG "/etc/idcard/portrait.conf"

enum {
	WEB_PORT = 17825,	/* if it is not configured */
	WEB_SECONDS = 2,
};

/* Only the name of the library is of interest here; what is behind the others is secret. */
static int take_setting(const char *section, const char *key, const char *value, void *userdata)
{
	char *library = userdata;

	if (!*section && strcmp(key, "library") == 0 && strlen(value) < PATH_MAX)
		strcpy(library, value);
	return 0;
}

static bool library_is_usable(const char *library)
{
	char program[PATH_MAX], said[256];
	const char *argv[] = { program, "--check", library, NULL };

	if (ctl_installed("sbin/idcard-portrait", program, sizeof(program)) < 0)
		return false;
	return doctor_run(argv, said, sizeof(said)) == 0;
}

static void look_at_portraits(struct doctor_facts *f)
{
	struct config_problem problem;
	char library[PATH_MAX] = "";
	int r;

	r = config_read(PORTRAIT_CONFIG, true, take_setting, library, &problem);
	if (r == -EACCES)
		f->portrait = DOCTOR_PORTRAIT_SECRET;
	else if (r == -ENOENT)
		f->portrait = DOCTOR_PORTRAIT_OFF;
	else if (r < 0)
		f->portrait = DOCTOR_PORTRAIT_WRONG;
	else if (!*library)
		f->portrait = DOCTOR_PORTRAIT_OFF;
	else
		f->portrait = library_is_usable(library) ? DOCTOR_PORTRAIT_GOOD :
			      DOCTOR_PORTRAIT_UNUSABLE;
}

static int take_web_setting(const char *section, const char *key, const char *value,
			    void *userdata)
{
	long port;

	if (strcmp(section, "server") == 0 && strcmp(key, "port") == 0 &&
	    config_number(value, 1, UINT16_MAX, &port) == 0)
		*(unsigned int *)userdata = (unsigned int)port;
	return 0;
}

/* Each step ends after WEB_SECONDS. -1: nobody listens. */
static int connect_web(unsigned int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval limit = { .tv_sec = WEB_SECONDS };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return safe_close(fd);
	return fd;
}

static bool is_healthy(int fd, unsigned int port)
{
	char request[128], reply[1024];
	ssize_t n, size = 0;

	snprintf(request, sizeof(request), "GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
		 "Connection: close\r\n\r\n", port);
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
		return false;
	while (size < (ssize_t)sizeof(reply) - 1 &&
	       (n = recv(fd, reply + size, sizeof(reply) - 1 - size, 0)) > 0) {
		size += n;
		reply[size] = '\0';
		if (strncmp(reply, "HTTP/1.1 200", 12) == 0 && strstr(reply, "\"ok\""))
			return true;
	}
	return false;
}

static void look_at_web(struct doctor_facts *f)
{
	struct config_problem problem;
	_cleanup_close_ int fd = -1;

	f->web_port = WEB_PORT;
	config_read(WEB_CONFIG, false, take_web_setting, &f->web_port, &problem);
	fd = connect_web(f->web_port);
	if (fd >= 0)
		f->web = is_healthy(fd, f->web_port) ? DOCTOR_WEB_GOOD : DOCTOR_WEB_OTHER;
}

static void look_at_libraries(struct doctor_facts *f)
{
	char below[128], path[PATH_MAX];

	for (const struct compat_name *n = compat_names; n->name; n++) {
		snprintf(below, sizeof(below), "lib/" COMPAT_FOLDER "/%s", n->name);
		if (ctl_installed(below, path, sizeof(path)) == 0 && access(path, R_OK) == 0)
			f->libraries++;
		else
			f->libraries_missing++;
	}
}

void doctor_look_at_extras(struct doctor_facts *f)
{
	look_at_portraits(f);
	look_at_web(f);
	f->uinput = access("/dev/uinput", F_OK) == 0;
	look_at_libraries(f);
}
