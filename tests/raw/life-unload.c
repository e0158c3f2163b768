// SPDX-License-Identifier: GPL-2.0-or-later
/* The module goes, or the driver lets go of the reader, while somebody uses the node. */
#include "life.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

enum { LOADS = 50, OPENERS = 3 };

static void plug(void)
{
	sim("plug");
	check(wait_for(node_there, LIFE_NODE, 10000));
}

void life_unload_in_use(struct raw *w)
{
	life_sim("split");
	plug();
	raw_open(w, 0);
	check(module_users() > 0);
	check(module_unload() == -EWOULDBLOCK);
	check_works(w);
	/* An exchange is under way, then its reply waits. */
	check(raw_write(w, 0x12ff) == IDCARD_REQUEST_MIN);
	check(module_unload() == -EWOULDBLOCK);
	check(raw_poll(w, POLLIN, 4 * SOON_MS) == POLLIN);
	check(module_unload() == -EWOULDBLOCK);
	check(raw_read(w) == 27);
	raw_close(w);
	check(module_unload() == 0);
	check(node_gone(LIFE_NODE));
	module_load();
	check(wait_for(node_there, LIFE_NODE, 10000));
	raw_open(w, 0);
	check_works(w);
	raw_close(w);
}

static atomic_bool opening;
static atomic_uint opened;

static void *open_again_and_again(void *arg)
{
	struct raw w = { .node = LIFE_NODE, .framing = -1 };
	unsigned int random = *(unsigned int *)arg;

	while (atomic_load(&opening)) {
		/* Or the module would hardly ever be free. */
		poll(NULL, 0, rand_r(&random) % 16);
		w.fd = open(w.node, O_RDWR | O_CLOEXEC);
		if (w.fd < 0) {
			check(errno == ENOENT || errno == ENXIO || errno == ENODEV ||
			      errno == EBUSY || errno == EACCES);
			continue;
		}
		raw_write(&w, 0x11ff);
		close(w.fd);
		atomic_fetch_add(&opened, 1);
	}
	return NULL;
}

void life_unload_race(struct raw *w)
{
	const char *given = getenv("CYCLES");
	unsigned int i, n = given ? strtoul(given, NULL, 10) : LOADS, refused = 0, random[OPENERS];
	pthread_t threads[OPENERS];
	uint64_t end;

	n = n > LOADS ? LOADS : n;
	life_sim("stream");
	plug();
	atomic_store(&opening, true);
	for (i = 0; i < OPENERS; i++) {
		random[i] = pick(1000);
		check(pthread_create(&threads[i], NULL, open_again_and_again, &random[i]) == 0);
	}
	for (i = 0; i < n; i++) {
		raw_note("load", i, "rmmod");
		end = now_ms() + slow(20000);
		while (module_unload() < 0) {
			refused++;
			check(now_ms() < end);
			poll(NULL, 0, pick(3));
		}
		module_load();
		check(wait_for(node_there, LIFE_NODE, 10000));
	}
	atomic_store(&opening, false);
	for (i = 0; i < OPENERS; i++)
		check(pthread_join(threads[i], NULL) == 0);
	raw_open(w, 0);
	check_works(w);
	raw_close(w);
	note("%u times, refused %u times, opened %u times", n, refused, atomic_load(&opened));
}

static void read_until_gone(struct raw *w)
{
	check_errno(raw_read(w), ENODEV);
}

static void poll_until_gone(struct raw *w)
{
	check(raw_poll(w, POLLIN, -1) == (POLLHUP | POLLERR));
}

/* All calls on a node whose reader is gone. */
static void check_gone(struct raw *w)
{
	struct idcard_raw_info info;
	uint32_t value = 1;

	check_errno(raw_read(w), ENODEV);
	check_errno(raw_write(w, 0x11ff), ENODEV);
	check_errno(ioctl(w->fd, IDCARD_IOC_GET_INFO, &info), ENODEV);
	check_errno(ioctl(w->fd, IDCARD_IOC_SET_TIMEOUT, &value), ENODEV);
	check_errno(ioctl(w->fd, IDCARD_IOC_SET_FRAMING, &value), ENODEV);
	check_errno(ioctl(w->fd, IDCARD_IOC_RESET), ENODEV);
	check(raw_poll(w, POLLIN | POLLOUT, 0) == (POLLHUP | POLLERR));
	check_errno(open(LIFE_NODE, O_RDWR), ENOENT);
	/* The file outlives its reader, and holds the module. */
	check(module_unload() == -EWOULDBLOCK);
}

/*
 * Written into @path, @off takes the driver from the reader under the file @w, @on gives it back.
 */
static void let_go(struct raw *w, const char *off_path, const char *off, const char *on_path,
		   const char *on)
{
	static const char second[] = "/dev/idcardraw1";
	struct raw again = { .node = second, .framing = -1 };
	struct raw_thread *threads[2];

	raw_open(w, 0);
	threads[0] = raw_start(read_until_gone, w);
	threads[1] = raw_start(poll_until_gone, w);
	poll(NULL, 0, 50);
	check(put(off_path, off) == 0);
	raw_join(threads[0], SOON_MS);
	raw_join(threads[1], SOON_MS);
	check_gone(w);

	/* Its number is in use as long as its file is open. */
	check(put(on_path, on) == 0);
	check(wait_for(node_there, second, 10000));
	raw_open(&again, 0);
	check_works(&again);
	check_errno(raw_read(w), ENODEV);
	raw_close(w);
	check_works(&again);
	raw_close(&again);
	check(put(off_path, off) == 0);
	check(wait_for(node_gone, second, 10000));
	check(put(on_path, on) == 0);
	check(wait_for(node_there, LIFE_NODE, 10000));
	raw_open(w, 0);
	check_works(w);
	raw_close(w);
}

void life_unbind(struct raw *w)
{
	char interface[64];

	life_sim("split");
	plug();
	interface_of(LIFE_NODE, interface, sizeof(interface));
	let_go(w, "/sys/bus/usb/drivers/idcard/unbind", interface,
	       "/sys/bus/usb/drivers/idcard/bind", interface);
}

void life_authorized(struct raw *w)
{
	char interface[64], path[128];

	life_sim("stream");
	plug();
	interface_of(LIFE_NODE, interface, sizeof(interface));
	*strchr(interface, ':') = 0;
	snprintf(path, sizeof(path), "/sys/bus/usb/devices/%s/authorized", interface);
	let_go(w, path, "0", path, "1");
}
