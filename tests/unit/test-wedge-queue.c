// SPDX-License-Identifier: GPL-2.0-or-later
/* The queue, with a screen, a keyboard and a clipboard that only remember what they are told. */
#include "test.h"

#include <string.h>

#include "log.h"
#include "wedge/device.h"
#include "wedge/queue.h"
#include "wedge/session.h"

static struct {
	char shown[SESSION_ID_SIZE];	/* the session at the screen */
	const struct session_callbacks *callbacks;
	void *userdata;
	bool asked;
	unsigned int keys;		/* pressed, all in all */
} fake;

static struct settings settings;

int session_new(sd_event *event, const struct guard_policy *policy,
		const struct session_callbacks *callbacks, void *userdata, struct session **ret)
{
	fake.callbacks = callbacks;
	fake.userdata = userdata;
	*ret = NULL;
	return 0;
}

struct session *session_free(struct session *s)
{
	return NULL;
}

void session_at_screen(struct session *s, char ret[SESSION_ID_SIZE])
{
	strcpy(ret, fake.shown);
}

void session_ask(struct session *s)
{
	fake.asked = true;
}

void session_cancel(struct session *s)
{
	fake.asked = false;
}

void session_rest(struct session *s)
{
}

int device_new(sd_event *event, device_ready_t ready, void *userdata, struct device **ret)
{
	*ret = NULL;
	ready(userdata, 0);
	return 0;
}

struct device *device_free(struct device *d)
{
	return NULL;
}

int device_write(struct device *d, const struct burst *burst)
{
	for (unsigned int i = 0; i < burst->n; i++)
		fake.keys += burst->key[i].down;
	return 0;
}

bool device_caps_lock(const struct device *d)
{
	return false;
}

void control_send(struct control_client *c, json_t *object, const json_t *id)
{
	json_decref(object);
}

void control_error(struct control_client *c, const char *code, const char *message,
		   const json_t *id)
{
}

uid_t control_uid(const struct control_client *c)
{
	return 0;
}

static void on_ready(void *userdata, int error)
{
	assert_int_equal(error, 0);
}

/* Everything that there is to do now, with logind answering about the screen as it is. */
static void go_on(sd_event *event)
{
	while (sd_event_run(event, 0) > 0 || fake.asked)
		if (fake.asked) {
			fake.asked = false;
			fake.callbacks->answer(fake.userdata, WEDGE_TYPED, fake.shown, 1000);
		}
}

static struct queue *begin(sd_event **ret_event)
{
	struct config_problem problem;
	struct queue *q;

	assert_int_equal(wedge_settings_parse("", 0, &settings, &problem), 0);
	fake.keys = 0;
	fake.asked = false;
	assert_int_equal(sd_event_new(ret_event), 0);
	assert_int_equal(queue_new(*ret_event, &settings, on_ready, NULL, &q), 0);
	return q;
}

static void add_card(struct queue *q)
{
	struct person person;

	person_sample(&person);
	queue_add(q, &settings.profile[0], &person, queue_now(), NULL, NULL);
}

static void finish(struct queue *q, sd_event *event)
{
	queue_free(q);
	sd_event_unref(event);
}

/* Two cards for the person at one screen, and then another person's screen is shown. */
static void test_waiting_card_is_not_typed_to_another_session(void **state)
{
	struct queue_status status;
	sd_event *event;
	struct queue *q;
	unsigned int keys;

	strcpy(fake.shown, "1");
	q = begin(&event);
	add_card(q);
	add_card(q);
	go_on(event);
	keys = fake.keys;
	assert_true(keys > 0 && keys < 19);	/* in the middle of the first */
	strcpy(fake.shown, "2");
	fake.callbacks->changed(fake.userdata);
	do {
		assert_true(sd_event_run(event, UINT64_MAX) >= 0);
		go_on(event);
		queue_status(q, &status);
	} while (status.waiting);
	assert_int_equal(fake.keys, keys);
	assert_int_equal(status.refused, 2);
	assert_int_equal(status.last, WEDGE_SESSION_CHANGED);
	finish(q, event);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waiting_card_is_not_typed_to_another_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
