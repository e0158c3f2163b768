// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sdt.h"

#include <pthread.h>
#include <string.h>

#include "sam-commands.h"
#include "sam.h"
#include "sdt-lease.h"
#include "sdt-ports.h"
#include "secret.h"
#include "util.h"

enum {
	/* For a daemon that is just being started by its socket. */
	OPEN_MS = 2000,
	DEVICES_MS = 1000,
	/* One that does not answer is not waited for again at each port that a program tries. */
	SILENCE_MS = 3000,
	/* What docs/socket.md promises, and a second. */
	COMMAND_MS = 4000,
	READ_MS = 9000,
	REQUEST_SIZE = 256,
};

struct port {
	bool open;
	struct lease lease;	/* kept when the port is closed */
};

static struct {
	struct hub_link link;	/* to ask which readers there are */
	uint64_t silent_until;
	struct port ports[PORTS_COUNT];
	bool used;		/* the links hold what their type says */
} sdt;

static pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
/*
 * Held while one waits for the mutex: a thread that finds in a loop would have it back each time
 * before those who wait are awake.
 */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local unsigned int depth;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void close_all(void)
{
	if (!sdt.used)
		return;
	hub_link_close(&sdt.link);
	for (size_t i = 0; i < PORTS_COUNT; i++) {
		hub_link_close(&sdt.ports[i].lease.link);
		sdt.ports[i].lease.claimed = false;
	}
}

static void abandon(struct hub_link *h)
{
	safe_close(h->client.stream.fd);
	*h = HUB_LINK_CLOSED;
}

/*
 * A child must not talk over the parent's connections. If another thread was in the middle of it,
 * its buffers are in no state to be freed.
 */
static void after_fork(void)
{
	bool quiet = pthread_mutex_trylock(&mutex) == 0;

	turn = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	if (quiet) {
		close_all();
		pthread_mutex_unlock(&mutex);
		return;
	}
	mutex = (pthread_mutex_t)PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
	if (!sdt.used)
		return;
	abandon(&sdt.link);
	for (size_t i = 0; i < PORTS_COUNT; i++) {
		abandon(&sdt.ports[i].lease.link);
		sdt.ports[i].lease.claimed = false;
	}
}

static void begin(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

/* The library is unloaded, or the program ends, maybe with a thread in a call. */
static void __attribute__((destructor)) end(void)
{
	if (pthread_mutex_trylock(&mutex) != 0)
		return;
	close_all();
	pthread_mutex_unlock(&mutex);
}

void sdt_lock(void)
{
	pthread_once(&once, begin);
	if (!depth)
		pthread_mutex_lock(&turn);
	pthread_mutex_lock(&mutex);
	if (!depth++)
		pthread_mutex_unlock(&turn);
	if (sdt.used)
		return;
	sdt.link = HUB_LINK_CLOSED;
	for (size_t i = 0; i < PORTS_COUNT; i++)
		sdt.ports[i].lease.link = HUB_LINK_CLOSED;
	sdt.used = true;
}

void sdt_unlock(void)
{
	depth--;
	pthread_mutex_unlock(&mutex);
}

#define LOCKED _cleanup_sdt_lock_ int locked = (sdt_lock(), 0)

static struct port *port_at(int port)
{
	int i = port_index(port);

	return i < 0 ? NULL : &sdt.ports[i];
}

static int status_of(int error)
{
	switch (error) {
	case -ETIMEDOUT:
		return SDT_TIMEOUT;
	case -EACCES:
		return SDT_NOT_PERMITTED;
	case -EPROTO:
	case -EBADMSG:
	case -ENOMEM:
	case -EINVAL:
		return SDT_READ_ERROR;
	default:
		return SDT_PORT_FAILED;
	}
}

/*
 * What came of waiting for the daemon. If that was in vain, so that the link is closed, it is left
 * alone for a time: which must end, however often a program asks meanwhile.
 */
static int waited(const struct hub_link *h, int r)
{
	if (r == -ETIMEDOUT && h->client.stream.fd < 0)
		sdt.silent_until = now_usec() + SILENCE_MS * UINT64_C(1000);
	return r;
}

static int connect_link(struct hub_link *h)
{
	if (hub_link_alive(h))
		return 0;
	if (now_usec() < sdt.silent_until)
		return -ETIMEDOUT;
	return waited(h, hub_link_open(h, OPEN_MS));
}

/* Which reader is behind @port now? */
static int locate(int port, char name[LEASE_NAME_SIZE])
{
	char buffer[REQUEST_SIZE];
	struct json_writer w;
	struct json_text t;
	int r;

	r = connect_link(&sdt.link);
	if (r < 0)
		return r;
	hub_link_begin(&sdt.link, "DEVICES", &w, buffer, sizeof(buffer));
	r = waited(&sdt.link, hub_link_ask(&sdt.link, &w, DEVICES_MS, &t));
	if (r < 0)
		return r;
	r = port_find(&t, compat_options(), port, name, LEASE_NAME_SIZE);
	json_text_wipe(&t);
	return r;
}

/* Connected, and with a claim on the reader @name. */
static int hold(struct lease *l, const char *name)
{
	int r;

	if (!hub_link_alive(&l->link)) {
		l->claimed = false;
		r = connect_link(&l->link);
		if (r < 0)
			return r;
	}
	if (l->claimed && strcmp(l->reader, name) == 0)
		return 0;
	return waited(&l->link, lease_claim(l, name, compat_options()->repeat));
}

int sdt_open(int port)
{
	char name[LEASE_NAME_SIZE];
	struct port *p;
	int r;
	LOCKED;

	p = port_at(port);
	if (!p)
		return SDT_PORT_FAILED;
	r = locate(port, name);
	if (r == 0)
		r = hold(&p->lease, name);
	p->open = r == 0;
	if (r == -EACCES)
		return SDT_NOT_PERMITTED;
	return p->open ? SDT_OK : SDT_PORT_FAILED;
}

int sdt_close(int port)
{
	struct port *p;
	LOCKED;

	p = port_at(port);
	if (!p)
		return SDT_PORT_FAILED;
	p->open = false;
	return SDT_OK;
}

bool sdt_is_open(int port)
{
	struct port *p;
	LOCKED;

	p = port_at(port);
	return p && p->open;
}

int sdt_begin(int port, int if_open, struct sdt_use *ret)
{
	struct sdt_use use = { .port = port };
	LOCKED;

	if (!sdt_is_open(port)) {
		if (!if_open || sdt_open(port) != SDT_OK)
			return SDT_PORT_FAILED;
		use.opened = true;
	}
	*ret = use;
	return SDT_OK;
}

void sdt_end(const struct sdt_use *use)
{
	if (use->opened)
		sdt_close(use->port);
}

/* The reader's status and the whole reply, or a status of our own. */
static int exchange(int port, enum sam_command command, unsigned int ms, struct lease_reply *ret)
{
	const uint8_t body[2] = { command >> 8, command & 0xff };
	struct port *p = port_at(port);
	int r;

	if (!p || !p->open)
		return SDT_PORT_FAILED;
	/* The daemon was started anew, or the cable is in again: once more, as a new claim. */
	for (int attempt = 0; attempt < 2; attempt++) {
		r = hold(&p->lease, p->lease.reader);
		if (r == 0)
			r = waited(&p->lease.link, lease_exchange(&p->lease, body, ms, ret));
		if (r == 0)
			return lease_reply_status(ret);
		if (r != -EPIPE && r != -ENODEV && r != -ECONNREFUSED)
			break;
	}
	return status_of(r);
}

/* A command with a reply of @size bytes when its status is @good. */
static int exchange_data(int port, enum sam_command command, int good, uint8_t *data, size_t size)
{
	_cleanup_secret_ struct lease_reply *reply = secret_alloc(sizeof(*reply));
	const uint8_t *from;
	size_t n;
	int r;

	if (!reply)
		return SDT_READ_ERROR;
	r = exchange(port, command, COMMAND_MS, reply);
	if (r != good)
		return r;
	from = lease_reply_data(reply, &n);
	if (n != size)
		return SDT_READ_ERROR;
	if (data)
		memcpy(data, from, size);
	return r;
}

int sdt_find(int port, uint8_t iin[4])
{
	LOCKED;

	return exchange_data(port, SAM_FIND, SDT_FOUND, iin, 4);
}

int sdt_select(int port, uint8_t sn[8])
{
	LOCKED;

	return exchange_data(port, SAM_SELECT, SDT_OK, sn, 8);
}

int sdt_read(int port, bool fingerprints, struct record *record)
{
	_cleanup_secret_ struct lease_reply *reply = secret_alloc(sizeof(*reply));
	_cleanup_secret_ struct record *read = secret_alloc(sizeof(*read));
	int r;
	LOCKED;

	if (!reply || !read)
		return SDT_READ_ERROR;
	r = exchange(port, fingerprints ? SAM_READ_ALL : SAM_READ, READ_MS, reply);
	if (r != SDT_OK)
		return r;
	if (record_parse(reply->frame, reply->size, fingerprints, read) < 0)
		return SDT_READ_ERROR;
	if (record)
		*record = *read;
	return SDT_OK;
}

int sdt_read_addresses(int port, struct record *record)
{
	_cleanup_secret_ struct lease_reply *reply = secret_alloc(sizeof(*reply));
	_cleanup_secret_ struct record *read = secret_alloc(sizeof(*read));
	int r;
	LOCKED;

	if (!reply || !read)
		return SDT_READ_ERROR;
	r = exchange(port, SAM_READ_ADDRESS, READ_MS, reply);
	if (r != SDT_OK)
		return r;
	if (record_parse_address(reply->frame, reply->size, read) < 0)
		return SDT_READ_ERROR;
	if (record) {
		memcpy(record->addresses, read->addresses, sizeof(record->addresses));
		record->addresses_size = read->addresses_size;
	}
	return SDT_OK;
}

int sdt_reset(int port)
{
	LOCKED;

	return exchange_data(port, SAM_RESET, SDT_OK, NULL, 0);
}

int sdt_sam_status(int port)
{
	LOCKED;

	return exchange_data(port, SAM_STATUS, SDT_OK, NULL, 0);
}

int sdt_sam_id(int port, uint8_t id[16])
{
	LOCKED;

	return exchange_data(port, SAM_READ_ID, SDT_OK, id, SAM_ID_SIZE);
}
