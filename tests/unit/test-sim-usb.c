// SPDX-License-Identifier: GPL-2.0-or-later
/* What the simulated reader is on the bus: descriptors, control requests, HID reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/usb/ch9.h>
#include <string.h>

#include "usb-descriptors.h"
#include "usb-hid.h"
#include "util.h"

static int ask(struct usb_device *dev, uint8_t type, uint8_t request, uint16_t value,
	       uint16_t index, const uint8_t *data, uint8_t n, uint8_t *out)
{
	const uint8_t setup[8] = {
		type, request, (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)index, 0, n, 0,
	};

	return usb_control(dev, setup, data, n, out, USB_ANSWER);
}

/* Every descriptor says its own length, and all are as many bytes as the first of them says. */
static void check_configuration(struct usb_device *dev)
{
	const struct usb_model *m = usb_model(dev->framing);
	uint8_t out[USB_ANSWER];
	size_t endpoints = 0, interfaces = 0, at = 0;
	int n = ask(dev, 0x80, USB_REQ_GET_DESCRIPTOR, USB_DT_CONFIG << 8, 0, NULL, 0, out);

	assert_true(n > 9);
	assert_int_equal(out[2] | out[3] << 8, n);
	assert_int_equal(out[4], m->interfaces);
	for (; at < (size_t)n; at += out[at]) {
		assert_true(out[at] >= 2);
		if (out[at + 1] == USB_DT_INTERFACE)
			assert_int_equal(out[at + 2], interfaces++);
		if (out[at + 1] == USB_DT_ENDPOINT) {
			assert_int_not_equal(usb_find_endpoint(dev->framing, out[at + 2]), -1);
			endpoints++;
		}
	}
	assert_int_equal(at, n);
	assert_int_equal(endpoints, m->n);
	assert_int_equal(interfaces, m->interfaces);
}

static void test_models(void **state)
{
	static const struct {
		const char *name;
		uint16_t vendor, product;
	} models[] = {
		{ "split", 0x0400, 0xc35a },	  { "stream", 0x0400, 0xc35a },
		{ "stream-first", 0x0400, 0xc35a }, { "stream-last", 0x0400, 0xc35a },
		{ "hid-raw", 0x2b8b, 0x2721 },	  { "hid-length", 0x0483, 0x572b },
		{ "acm", 0x1209, 0x0001 },
	};
	uint8_t out[USB_ANSWER];

	assert_int_equal(ELEMENTSOF(models), _USB_FRAMING_MAX);
	for (size_t i = 0; i < ELEMENTSOF(models); i++) {
		struct usb_device dev = {};
		int framing = usb_framing_from_string(models[i].name);

		assert_int_equal(framing, i);
		dev.framing = (enum usb_framing)framing;
		usb_device_begin(&dev);
		assert_int_equal(ask(&dev, 0x80, USB_REQ_GET_DESCRIPTOR, USB_DT_DEVICE << 8, 0,
				     NULL, 18, out), 18);
		assert_int_equal(out[8] | out[9] << 8, models[i].vendor);
		assert_int_equal(out[10] | out[11] << 8, models[i].product);
		check_configuration(&dev);
	}
	assert_int_equal(usb_framing_from_string("hid"), -EINVAL);
}

/* Reports without number, 64 bytes in and out, of a vendor's page: no keyboard, no mouse. */
static void test_hid_descriptors(void **state)
{
	static const uint8_t sizes[] = { 0x75, 0x08, 0x95, 0x40 };
	struct usb_device dev = { .framing = USB_HID_RAW };
	uint8_t out[USB_ANSWER];
	int n;

	n = ask(&dev, 0x81, USB_REQ_GET_DESCRIPTOR, 0x2200, 0, NULL, 0, out);
	assert_true(n > 0);
	assert_memory_equal(out, "\x06\x00\xff", 3);
	assert_non_null(memmem(out, (size_t)n, sizes, sizeof(sizes)));
	assert_null(memchr(out, 0x85, (size_t)n));
	assert_int_equal(ask(&dev, 0x80, USB_REQ_GET_DESCRIPTOR, USB_DT_CONFIG << 8, 0, NULL, 0,
			     out), 41);
	assert_memory_equal(out + 14, "\x03\x00\x00", 3);
	assert_int_equal(out[18 + 7], n);
	assert_int_equal(ask(&dev, 0x21, 0x0a, 0, 0, NULL, 0, out), 0);	    /* SET_IDLE */
	assert_int_equal(ask(&dev, 0xa1, 0x01, 0x0100, 0, NULL, 0, out), -EPIPE); /* GET_REPORT */
}

static void test_acm_requests(void **state)
{
	static const uint8_t coding[7] = { 0x00, 0xc2, 0x01, 0x00, 0, 0, 8 };
	struct usb_device dev = { .framing = USB_ACM };
	uint8_t out[USB_ANSWER];

	usb_device_begin(&dev);
	assert_int_equal(ask(&dev, 0x21, 0x20, 0, 0, coding, 7, out), 0);
	assert_int_equal(ask(&dev, 0xa1, 0x21, 0, 0, NULL, 0, out), 7);
	assert_memory_equal(out, coding, 7);
	assert_int_equal(ask(&dev, 0x21, 0x22, 3, 0, NULL, 0, out), 0);
	assert_true(dev.line_up);
	assert_int_equal(dev.opened, 1);
	assert_int_equal(ask(&dev, 0x21, 0x22, 0, 0, NULL, 0, out), 0);
	assert_false(dev.line_up);
	assert_int_equal(ask(&dev, 0x21, 0x20, 0, 0, coding, 5, out), -EPIPE);
	/* A reader of another kind has no line. */
	dev.framing = USB_SPLIT;
	assert_int_equal(ask(&dev, 0x21, 0x22, 3, 0, NULL, 0, out), -EPIPE);
}

/* 1295 bytes are 21 reports; the last of them holds so many. */
static void count_reports(enum usb_framing framing, size_t last)
{
	uint8_t bytes[1295], back[1400];
	size_t at = 0, have = 0, reports = 0;
	struct usb_hid h = {};

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31);
	while (at < sizeof(bytes)) {
		const uint8_t *p;
		size_t n;

		at += usb_hid_add(&h, framing, bytes + at, sizeof(bytes) - at);
		assert_true(at == sizeof(bytes) || usb_hid_full(&h, framing));
		n = usb_hid_unwrap(framing, h.report, HID_REPORT, &p);
		memcpy(back + have, p, n);
		have += n;
		reports++;
		if (at == sizeof(bytes))
			assert_int_equal(h.have, last);
		usb_hid_forget(&h);
	}
	assert_int_equal(reports, 21);
	assert_true(have >= sizeof(bytes));
	assert_memory_equal(back, bytes, sizeof(bytes));
}

static void test_hid_reports(void **state)
{
	uint8_t report[HID_REPORT] = { 64 };
	const uint8_t *p;

	count_reports(USB_HID_RAW, 15);
	count_reports(USB_HID_LENGTH, 35);
	assert_int_equal(usb_hid_unwrap(USB_HID_LENGTH, report, sizeof(report), &p), 0);
	report[0] = 10;
	assert_int_equal(usb_hid_unwrap(USB_HID_LENGTH, report, sizeof(report), &p), 10);
	assert_ptr_equal(p, report + 1);
	assert_int_equal(usb_hid_unwrap(USB_HID_LENGTH, report, 0, &p), 0);
	assert_int_equal(usb_hid_unwrap(USB_HID_RAW, report, sizeof(report), &p), 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_models),
		cmocka_unit_test(test_hid_descriptors),
		cmocka_unit_test(test_acm_requests),
		cmocka_unit_test(test_hid_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
