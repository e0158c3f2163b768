// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon as a process: what its clients ask for and get. */
#include "daemon-rig.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "tests/unit/ramp.h"
#include "util.h"

static void test_watch(void **state)
{
	idcard_client *c = watcher("{\"class\":\"WATCH\"}");

	sim("place resident");
	expect(c, "CARD", "event", "placed");
	expect(c, "IDENTITY", "id_number", "110101190001010014");
	sim("lift");
	expect(c, "CARD", "event", "lifted");
	sim("place foreigner");
	expect(c, "IDENTITY", "id_number", "XXX110000010103");
	idcard_client_close(c);
}

static void test_options_are_each_clients_own(void **state)
{
	idcard_client *plain = watcher("{\"class\":\"WATCH\"}");
	idcard_client *full = watcher("{\"class\":\"WATCH\",\"portrait\":\"wlt\","
				      "\"fingerprint\":true,\"new_address\":true}");
	json_t *object;

	sim("place resident_2_fingers");
	object = next(full, "IDENTITY");
	assert_string_equal(word(json_object_get(object, "portrait"), "status"), "no-decoder");
	assert_int_equal(strlen(word(json_object_get(object, "portrait"), "data")), 1368);
	assert_int_equal(json_array_size(json_object_get(object, "fingerprints")), 2);
	json_decref(object);
	object = next(plain, "IDENTITY");
	assert_string_equal(word(json_object_get(object, "portrait"), "status"), "off");
	assert_null(json_object_get(json_object_get(object, "portrait"), "data"));
	assert_null(json_object_get(object, "fingerprints"));
	assert_null(json_object_get(object, "new_address"));
	json_decref(object);
	sim("lift");
	sim("wait-polled");
	sim("place resident_moved");
	object = next(full, "IDENTITY");
	assert_int_equal(json_array_size(json_object_get(object, "new_address")), 1);
	json_decref(object);
	idcard_client_close(plain);
	idcard_client_close(full);
}

static void test_read_is_one_card(void **state)
{
	idcard_client *c = client();
	const char *line;
	json_t *object;

	send_line(c, "{\"class\":\"READ\",\"id\":7,\"timeout\":20}");
	send_line(c, "{\"class\":\"READ\",\"id\":8}");
	expect(c, "ERROR", "code", "too-many");
	sim("place hmt_permit");
	object = next(c, "IDENTITY");
	assert_int_equal(json_integer_value(json_object_get(object, "id")), 7);
	assert_string_equal(word(object, "id_number"), "810000190001010026");
	json_decref(object);
	/* One card, then silence: the reader is left alone. */
	assert_int_equal(idcard_client_receive(c, 500, &line), 0);
	send_line(c, "{\"class\":\"READ\",\"id\":9,\"timeout\":0.1}");
	object = next(c, "ERROR");
	assert_string_equal(word(object, "code"), "timed-out");
	assert_int_equal(json_integer_value(json_object_get(object, "id")), 9);
	json_decref(object);
	idcard_client_close(c);
}

/* Its answer changes what is wanted while the reader is still at the card. */
static void test_read_beside_a_watch(void **state)
{
	idcard_client *c = client(), *w = watcher("{\"class\":\"WATCH\"}");
	uint64_t deadline;

	send_line(c, "{\"class\":\"READ\",\"fingerprint\":true}");
	sim("wait-polled");
	sim("place resident_2_fingers");
	json_decref(next(c, "IDENTITY"));
	json_decref(next(w, "IDENTITY"));
	/* It still lies there. */
	for (deadline = now_usec() + 1000000; now_usec() < deadline;) {
		const char *line;

		if (idcard_client_receive(w, 100, &line) == 1)
			assert_null(strstr(line, "lifted"));
	}
	sim("lift");
	expect(w, "CARD", "event", "lifted");
	idcard_client_close(c);
	idcard_client_close(w);
}

/* A card that fails answers who waits for it. */
static void test_read_fails(void **state)
{
	idcard_client *c = client();
	json_t *object;

	sim("fault status arg=32 command=30.01 count=9");
	send_line(c, "{\"class\":\"READ\",\"id\":\"a\"}");
	sim("place resident");
	object = next(c, "ERROR");
	assert_string_equal(word(object, "code"), "card-not-genuine");
	assert_string_equal(word(object, "id"), "a");
	assert_int_equal(json_integer_value(json_object_get(object, "sam_status")), 0x32);
	json_decref(object);
	idcard_client_close(c);
}

static void test_enter(void **state)
{
	idcard_client *c = client(), *w = watcher("{\"class\":\"WATCH\"}");
	json_t *object;

	send_line(c, "{\"class\":\"ENTER\",\"id\":1,\"text\":\"110101190001010014\"}");
	object = next(c, "IDENTITY");
	assert_int_equal(json_integer_value(json_object_get(object, "id")), 1);
	assert_string_equal(word(object, "source"), "manual");
	json_decref(object);
	object = next(w, "IDENTITY");
	assert_null(json_object_get(object, "id"));
	json_decref(object);
	send_line(c, "{\"class\":\"ENTER\",\"text\":\"110101190001010015\"}");
	expect(c, "ERROR", "code", "entry-checksum");
	idcard_client_close(c);
	idcard_client_close(w);
}

static void test_status_and_version(void **state)
{
	idcard_client *c = watcher("{\"class\":\"WATCH\"}");
	json_t *object;

	send_line(c, "{\"class\":\"VERSION\",\"future\":[1],\"id\":3}");
	object = next(c, "VERSION");
	assert_int_equal(json_integer_value(json_object_get(object, "proto_major")), 1);
	assert_int_equal(json_integer_value(json_object_get(object, "id")), 3);
	json_decref(object);
	send_line(c, "{\"class\":\"STATUS\"}");
	object = next(c, "STATUS");
	assert_int_equal(json_integer_value(json_object_get(object, "clients")), 1);
	assert_int_equal(json_integer_value(json_object_get(object, "watchers")), 1);
	assert_int_equal(json_array_size(json_object_get(object, "devices")), 1);
	json_decref(object);
	send_line(c, "{\"class\":\"TELEPORT\",\"id\":4}");
	expect(c, "ERROR", "code", "unknown-class");
	send_line(c, "no json");
	expect(c, "ERROR", "code", "bad-request");
	idcard_client_close(c);
}

/* A client that watches and never reads is dropped, and delays nobody. */
static void test_slow_client(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int slow = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	idcard_client *c = client();
	const char watch[] = "{\"class\":\"WATCH\"}\n";
	json_int_t clients = 0;
	json_t *object;

	strcpy(address.sun_path, hub);
	assert_int_equal(connect(slow, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(write(slow, watch, strlen(watch)), strlen(watch));
	for (int i = 0; clients != 1; i++) {
		assert_true(i < 100);
		/* A connection each hundred, or the quota of requests is what is tested. */
		idcard_client_close(c);
		c = client();
		for (int k = 0; k < 100; k++) {
			send_line(c, "{\"class\":\"ENTER\",\"text\":\"110101190001010014\"}");
			json_decref(next(c, "IDENTITY"));
		}
		send_line(c, "{\"class\":\"STATUS\"}");
		object = next(c, "STATUS");
		clients = json_integer_value(json_object_get(object, "clients"));
		json_decref(object);
	}
	close(slow);
	idcard_client_close(c);
}

static void test_too_many_requests(void **state)
{
	idcard_client *c = client();
	bool refused = false;

	for (int i = 0; i < 1000; i++)
		send_line(c, "{\"class\":\"VERSION\"}");
	for (int i = 0; i < 1000; i++) {
		const char *line;

		assert_int_equal(idcard_client_receive(c, 5000, &line), 1);
		refused |= strstr(line, "too-many") != NULL;
	}
	assert_true(refused);
	idcard_client_close(c);
}

/* Killed in the middle and started again: the next card is read. */
static void test_killed_and_restarted(void **state)
{
	idcard_client *c = watcher("{\"class\":\"WATCH\"}");

	sim("fault silence command=30.01");
	sim("place resident");
	expect(c, "CARD", "event", "placed");
	end(&daemon_pid, SIGKILL);
	idcard_client_close(c);
	unlink(hub);
	start_daemon();
	sim("lift");
	c = watcher("{\"class\":\"WATCH\"}");
	sim("place foreigner_2023");
	expect(c, "IDENTITY", "id_number", "91199919000101003X");
	idcard_client_close(c);
}

/* Its placement ends; the same place in use again is a reader anew. */
static void test_reader_gone_and_back(void **state)
{
	idcard_client *c = watcher("{\"class\":\"WATCH\"}");
	json_t *object;

	sim("fault silence command=30.01");
	sim("place resident");
	expect(c, "CARD", "event", "placed");
	sim("unplug");
	expect(c, "ERROR", "code", "reader-gone");
	object = next(c, "DEVICE");
	while (strcmp(word(json_object_get(object, "device"), "state"), "opening") != 0) {
		json_decref(object);
		object = next(c, "DEVICE");
	}
	json_decref(object);
	sim("lift");
	sim("plug");
	sim("place hmt_permit");
	expect(c, "IDENTITY", "id_number", "810000190001010026");
	idcard_client_close(c);
}

/* No card can come: the answer says why, not that nobody placed one. */
static void test_read_names_a_broken_reader(void **state)
{
	idcard_client *c = watcher("{\"class\":\"WATCH\"}");
	json_t *object;

	sim("unplug");
	do
		object = next(c, "DEVICE");
	while (!*word(json_object_get(object, "device"), "error") && (json_decref(object), true));
	json_decref(object);
	send_line(c, "{\"class\":\"READ\",\"timeout\":0.1}");
	expect(c, "ERROR", "code", "reader-gone");
	idcard_client_close(c);
}

/* Who wants the picture waits for it; who does not has the card at once. */
static void test_portrait(void **state)
{
	static uint8_t data[1024 * 1024];
	idcard_client *jpeg = watcher("{\"class\":\"WATCH\",\"portrait\":\"jpeg\"}");
	idcard_client *bmp = watcher("{\"class\":\"WATCH\",\"portrait\":\"bmp\",\"portrait_scale\":4}");
	idcard_client *plain = watcher("{\"class\":\"WATCH\"}");
	json_t *object;
	size_t n;

	install_decoder();
	sim("place resident");
	json_decref(next(plain, "IDENTITY"));
	expect(jpeg, "CARD", "event", "placed");
	send_line(jpeg, "{\"class\":\"STATUS\"}");
	sim("lift");
	expect(plain, "CARD", "event", "lifted");
	open_gate();
	object = next(jpeg, "IDENTITY");
	assert_string_equal(word(object, "id_number"), "110101190001010014");
	n = decode(object, data, sizeof(data));
	ramp_assert_jpeg(data, n, 1);
	json_decref(object);
	/* What came later waited behind it. */
	json_decref(next(jpeg, "STATUS"));
	expect(jpeg, "CARD", "event", "lifted");
	object = next(bmp, "IDENTITY");
	assert_int_equal(decode(object, data, sizeof(data)), 54 + 1224 * 504);
	assert_memory_equal(data, "BM", 2);
	json_decref(object);
	idcard_client_close(jpeg);
	idcard_client_close(bmp);
	idcard_client_close(plain);
}

static void test_portrait_without_decoder(void **state)
{
	idcard_client *c = client();
	json_t *object;

	send_line(c, "{\"class\":\"READ\",\"portrait\":\"jpeg\"}");
	sim("place resident");
	object = next(c, "IDENTITY");
	assert_string_equal(word(json_object_get(object, "portrait"), "status"), "no-decoder");
	assert_string_equal(word(json_object_get(object, "portrait"), "format"), "wlt");
	json_decref(object);
	idcard_client_close(c);
}

/* A card that stays is decoded once, however often it is told of. */
static void test_portrait_of_a_card_that_stays(void **state)
{
	idcard_client *c = watcher("{\"class\":\"WATCH\",\"portrait\":\"jpeg\",\"repeat\":true}");
	struct stat st;

	install_decoder();
	sim("place resident");
	open_gate();
	for (int i = 0; i < 3; i++) {
		json_t *object = next(c, "IDENTITY");

		assert_string_equal(word(json_object_get(object, "portrait"), "status"), "ok");
		json_decref(object);
	}
	assert_int_equal(stat(runs, &st), 0);
	assert_int_equal(st.st_size, 1);
	idcard_client_close(c);
}

/* The daemon is stopped while the process is at work: tear_down() looks for what is left. */
static void test_stopped_while_decoding(void **state)
{
	idcard_client *c = watcher("{\"class\":\"WATCH\",\"portrait\":\"jpeg\"}");
	idcard_client *plain = watcher("{\"class\":\"WATCH\"}");

	install_decoder();
	sim("place resident");
	json_decref(next(plain, "IDENTITY"));
	wait_for(runs);
	idcard_client_close(plain);
	assert_int_equal(end(&daemon_pid, SIGTERM), 0);
	idcard_client_close(c);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(test_watch),
		T(test_options_are_each_clients_own),
		T(test_read_is_one_card),
		T(test_read_beside_a_watch),
		T(test_read_fails),
		T(test_enter),
		T(test_status_and_version),
		T(test_slow_client),
		T(test_too_many_requests),
		T(test_killed_and_restarted),
		T(test_reader_gone_and_back),
		T(test_read_names_a_broken_reader),
		T(test_portrait),
		T(test_portrait_without_decoder),
		T(test_portrait_of_a_card_that_stays),
		T(test_stopped_while_decoding),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
