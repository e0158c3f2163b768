// SPDX-License-Identifier: GPL-2.0-or-later
/* userspace/daemon/device.c with a transport that does as it is told, at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "frame.h"
#include "util.h"

struct transport {
	struct transport_callbacks callbacks;
	sd_event_source *answer;
	uint8_t command[2];
	unsigned int framing;
};

static struct {
	sd_event *event;
	struct device *device;
	char path[64];
	bool mute;	/* every command from now on fails: so it is from each select on */
	uint8_t status;	/* of every reply, if not 0 */
	unsigned int framing;	/* the one that the reader speaks */
	unsigned int opened, selected, placed, errors, lost, faulty;
	enum idcard_error error;
} t;

/* What a SAM says before anything is read. */
static size_t reply_to(const uint8_t command[2], uint8_t *ret)
{
	uint8_t body[3 + 16] = { 0x00, 0x00, 0x90 };
	size_t n = 0;

	if (command[0] == 0x12)
		n = 16;
	if (command[0] == 0x20) {
		body[2] = 0x9f;
		n = 4;
	}
	if (t.status) {
		body[2] = t.status;
		n = 0;
	}
	return idcard_frame_build(ret, IDCARD_REPLY_MAX, body, 3 + n);
}

static int on_answer(sd_event_source *source, void *userdata)
{
	struct transport *transport = userdata;
	uint8_t reply[IDCARD_REPLY_MAX];
	size_t size = reply_to(transport->command, reply);

	if (!t.mute && transport->framing == t.framing && transport->command[0] == 0x20 &&
	    transport->command[1] == 0x02) {
		t.selected++;
		t.mute = true;
	}
	if (t.mute || transport->framing != t.framing)
		transport->callbacks.reply(-EIO, NULL, 0, transport->callbacks.userdata);
	else
		transport->callbacks.reply(0, reply, size, transport->callbacks.userdata);
	return 0;
}

int transport_open(enum transport_kind kind, int fd, const struct transport_options *options,
		   sd_event *event, const struct transport_callbacks *callbacks,
		   struct transport **ret)
{
	struct transport *transport = calloc(1, sizeof(*transport));

	close(fd);
	assert_non_null(transport);
	transport->callbacks = *callbacks;
	transport->framing = options->framing;
	assert_true(sd_event_add_defer(event, &transport->answer, on_answer, transport) >= 0);
	assert_true(sd_event_source_set_enabled(transport->answer, SD_EVENT_OFF) >= 0);
	t.opened++;
	*ret = transport;
	return 0;
}

struct transport *transport_close(struct transport *transport)
{
	if (transport)
		sd_event_source_disable_unref(transport->answer);
	free(transport);
	return NULL;
}

int transport_submit(struct transport *transport, const uint8_t *request, size_t size,
		     unsigned int timeout_ms)
{
	memcpy(transport->command, request + IDCARD_FRAME_HEAD, 2);
	return sd_event_source_set_enabled(transport->answer, SD_EVENT_ONESHOT);
}

int transport_next_framing(struct transport *transport)
{
	if (!t.framing)
		return -EOPNOTSUPP;
	transport->framing = (transport->framing + 1) % 3;
	return 0;
}

unsigned int transport_framing(const struct transport *transport)
{
	return transport->framing;
}

int transport_reset(struct transport *transport)
{
	return -EOPNOTSUPP;
}

static void on_changed(struct device *d, void *userdata)
{
	t.faulty += d == t.device && device_sam_status(d) != 0 && device_sam_status(d) != 0x90;
}

static void on_card(struct device *d, const struct reader_event *event, void *userdata)
{
	t.placed += event->kind == READER_EVENT_PLACED;
	t.lost += event->kind == READER_EVENT_LOST;
	if (event->kind != READER_EVENT_ERROR)
		return;
	t.errors += event->placement;
	t.error = event->error;
}

static void on_gone(struct device *d, void *userdata)
{
	fail();
}

static void run_until(const unsigned int *count, unsigned int value, unsigned int ms)
{
	uint64_t end = now_usec() + ms * 1000ULL, now;

	while (*count < value && (now = now_usec()) < end)
		assert_true(sd_event_run(t.event, end - now) >= 0);
	assert_int_equal(*count, value);
}

static int set_up(void **state)
{
	static const struct device_callbacks callbacks = { on_changed, on_card, on_gone, NULL };
	const struct reader_want watching = { .watch = true };
	struct place place = { .kind = TRANSPORT_SERIAL };
	int fd;

	memset(&t, 0, sizeof(t));
	strcpy(t.path, "/tmp/idcard-test-XXXXXX");
	fd = mkstemp(t.path);
	if (fd < 0 || sd_event_new(&t.event) < 0)
		return -1;
	close(fd);
	strcpy(place.path, t.path);
	if (device_new(t.event, "line", &place, &callbacks, &t.device) < 0)
		return -1;
	device_set_want(t.device, &watching);
	return 0;
}

static int tear_down(void **state)
{
	device_free(t.device);
	sd_event_unref(t.event);
	unlink(t.path);
	return 0;
}

/* In the middle of a card the reader falls silent, and its line is gone when it is opened again. */
static void test_line_gone_while_reopening(void **state)
{
	int fd;

	assert_int_equal(device_sam_status(t.device), 0);
	assert_null(device_sam_id_bytes(t.device));
	run_until(&t.placed, 1, 5000);
	run_until(&t.opened, 1, 0);
	assert_int_equal(device_sam_status(t.device), 0x90);
	assert_memory_equal(device_sam_id_bytes(t.device), ((uint8_t[16]){}), 16);
	assert_true(device_looking(t.device));
	unlink(t.path);
	run_until(&t.errors, 1, 15000);
	assert_int_equal(t.error, IDCARD_ERROR_READER_GONE);
	/* What lay there is gone with it, and nobody looks. */
	assert_int_equal(t.lost, 1);
	assert_false(device_looking(t.device));
	assert_null(device_sam_id_bytes(t.device));
	assert_int_equal(device_sam_status(t.device), 0x24);
	device_read_again(t.device);

	/* It is there again, and all begins anew. */
	t.mute = false;
	fd = open(t.path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	run_until(&t.placed, 2, 5000);
	assert_int_equal(t.opened, 2);
	assert_int_equal(t.errors, 1);
}

/*
 * A reader whose framing was found by trying falls silent and is opened again: it is spoken to in
 * the framing it answered in, or it would be silent for ever.
 */
static void test_framing_kept_when_reopened(void **state)
{
	t.framing = 2;
	run_until(&t.selected, 1, 15000);
	run_until(&t.opened, 2, 15000);
	t.mute = false;
	run_until(&t.selected, 2, 5000);
	run_until(&t.opened, 2, 0);
}

/* Another one in its place is looked at afresh. */
static void test_framing_forgotten_with_the_reader(void **state)
{
	int fd;

	t.framing = 2;
	run_until(&t.placed, 1, 15000);
	unlink(t.path);
	run_until(&t.lost, 1, 15000);
	t.framing = 0;
	t.mute = false;
	fd = open(t.path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	run_until(&t.placed, 2, 5000);
	run_until(&t.opened, 2, 0);
}

/* It says itself that it cannot be used. */
static void test_status(void **state)
{
	t.status = 0x66;
	run_until(&t.faulty, 1, 5000);
	assert_int_equal(device_sam_status(t.device), 0x66);
	assert_false(device_looking(t.device));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_line_gone_while_reopening, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_framing_kept_when_reopened, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_framing_forgotten_with_the_reader, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_status, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
