// SPDX-License-Identifier: GPL-2.0-or-later
#include "life-gadget.h"

#include <endian.h>
#include <fcntl.h>
#include <linux/usb/ch9.h>
#include <linux/usb/functionfs.h>
#include <pthread.h>
#include <stdatomic.h>

#include "life.h"

#define GADGET "/sys/kernel/config/usb_gadget/idcard-life"
#define FILES "/run/idcard-life-ffs"

static int ep0 = -1, in = -1, out = -1;
static pthread_t server;
static atomic_int answer;
static atomic_uint requests;

struct interface {
	struct usb_interface_descriptor interface;
	struct usb_endpoint_descriptor_no_audio in, out;
} __attribute__((packed));

static struct interface interface(uint16_t packet)
{
	return (struct interface){
		.interface = { .bLength = sizeof(struct usb_interface_descriptor),
			       .bDescriptorType = USB_DT_INTERFACE,
			       .bNumEndpoints = 2,
			       .bInterfaceClass = USB_CLASS_VENDOR_SPEC },
		.in = { .bLength = sizeof(struct usb_endpoint_descriptor_no_audio),
			.bDescriptorType = USB_DT_ENDPOINT,
			.bEndpointAddress = 1 | USB_DIR_IN,
			.bmAttributes = USB_ENDPOINT_XFER_BULK,
			.wMaxPacketSize = htole16(packet) },
		.out = { .bLength = sizeof(struct usb_endpoint_descriptor_no_audio),
			 .bDescriptorType = USB_DT_ENDPOINT,
			 .bEndpointAddress = 2,
			 .bmAttributes = USB_ENDPOINT_XFER_BULK,
			 .wMaxPacketSize = htole16(packet) },
	};
}

static void describe(void)
{
	const struct {
		struct usb_functionfs_descs_head_v2 head;
		__le32 full_count, high_count;
		struct interface full, high;
	} __attribute__((packed)) descriptors = {
		.head = { .magic = htole32(FUNCTIONFS_DESCRIPTORS_MAGIC_V2),
			  .length = htole32(sizeof(descriptors)),
			  .flags = htole32(FUNCTIONFS_HAS_FS_DESC | FUNCTIONFS_HAS_HS_DESC) },
		.full_count = htole32(3), .high_count = htole32(3),
		.full = interface(64), .high = interface(512),
	};
	const struct usb_functionfs_strings_head strings = {
		.magic = htole32(FUNCTIONFS_STRINGS_MAGIC), .length = htole32(sizeof(strings)),
	};

	ep0 = open(FILES "/ep0", O_RDWR | O_CLOEXEC);
	check(ep0 >= 0);
	check(write(ep0, &descriptors, sizeof(descriptors)) == sizeof(descriptors));
	check(write(ep0, &strings, sizeof(strings)) == sizeof(strings));
}

/* 27 bytes to 12 FF, 11 to everything else. */
static void reply(const uint8_t *request)
{
	uint8_t body[19] = { 0x00, 0x00, 0x90 }, frame[27];
	size_t n = idcard_frame_build(frame, sizeof(frame), body, request[7] == 0x12 ? 19 : 3);

	switch (atomic_load(&answer)) {
	case GADGET_SILENT:
		return;
	case GADGET_HALF:
		n = 10;
		break;
	case GADGET_DAMAGED:
		frame[n - 1] ^= 1;
		break;
	default:
		break;
	}
	/* Frozen and thawed, the call was given up: the host gets none, or its rest. */
	if (write(in, frame, n) < 0 && errno != EINTR)
		poll(NULL, 0, 10);
}

static void *serve(void *arg)
{
	uint8_t request[512];

	for (;;) {
		ssize_t n = read(out, request, sizeof(request));

		if (n < IDCARD_REQUEST_MIN) {
			poll(NULL, 0, 10);
			continue;
		}
		atomic_fetch_add(&requests, 1);
		reply(request);
	}
	return NULL;
}

void gadget_begin(void)
{
	if (system("modprobe -q dummy_hcd && modprobe -q usb_f_fs && modprobe -q libcomposite"))
		skip("this kernel has no gadget of its own");
	check(system("mountpoint -q /sys/kernel/config || mount -t configfs configfs "
		     "/sys/kernel/config; set -e; mkdir -p " GADGET "/functions/ffs.life "
		     GADGET "/configs/c.1 " FILES "; echo 0x0400 >" GADGET "/idVendor;"
		     "echo 0xc35a >" GADGET "/idProduct;"
		     "ln -s " GADGET "/functions/ffs.life " GADGET "/configs/c.1/;"
		     "mount -t functionfs life " FILES) == 0);
	describe();
	in = open(FILES "/ep1", O_RDWR | O_CLOEXEC);
	out = open(FILES "/ep2", O_RDWR | O_CLOEXEC);
	check(in >= 0 && out >= 0);
	check(pthread_create(&server, NULL, serve, NULL) == 0);
	check(system("ls /sys/class/udc | head -n1 >" GADGET "/UDC") == 0);
}

void gadget_answer(enum gadget_answer a)
{
	atomic_store(&answer, a);
}

unsigned int gadget_requests(void)
{
	return atomic_load(&requests);
}

void gadget_end(void)
{
	check(system("echo >" GADGET "/UDC") == 0);
	check(pthread_cancel(server) == 0);
	check(pthread_join(server, NULL) == 0);
	close(in);
	close(out);
	close(ep0);
	check(system("umount " FILES "; rm " GADGET "/configs/c.1/ffs.life; rmdir " GADGET
		     "/configs/c.1 " GADGET "/functions/ffs.life " GADGET) == 0);
}
