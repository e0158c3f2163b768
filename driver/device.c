// SPDX-License-Identifier: GPL-2.0-only
/* A reader comes and goes: probe, disconnect, and freeing after the last user. */
#include <linux/idr.h>
#include <linux/slab.h>

#include "reader.h"

static DEFINE_IDA(idcard_numbers);

/* The last reference is gone: no file, no interface, no sysfs attribute in use. */
static void idcard_reader_release(struct device *dev)
{
	struct idcard_reader *r = container_of(dev, struct idcard_reader, dev);

	usb_free_urb(r->urb);
	kfree_sensitive(r->buffer);
	kfree_sensitive(r->exchange.reply.buf);
	kfree_sensitive(r->request);
	if (r->number >= 0)
		ida_free(&idcard_numbers, r->number);
	usb_put_intf(r->intf);
	usb_put_dev(r->udev);
	kfree(r);
}

/* From here on every failure ends in put_device(). */
static struct idcard_reader *idcard_reader_new(struct usb_interface *intf)
{
	struct idcard_reader *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return NULL;
	r->number = -1;
	r->intf = usb_get_intf(intf);
	r->udev = usb_get_dev(interface_to_usbdev(intf));
	r->timeout_ms = IDCARD_TIMEOUT_DEFAULT;
	mutex_init(&r->open_mutex);
	spin_lock_init(&r->lock);
	init_waitqueue_head(&r->wait);
	init_waitqueue_head(&r->transfer_wait);
	INIT_WORK(&r->work, idcard_bus_work);
	idcard_exchange_init(&r->exchange);
	device_initialize(&r->dev);
	r->dev.class = &idcard_class;
	r->dev.parent = &intf->dev;
	r->dev.release = idcard_reader_release;
	return r;
}

static int idcard_find_endpoints(struct idcard_reader *r, unsigned long quirk)
{
	const struct usb_host_interface *alt = r->intf->cur_altsetting;
	unsigned int i;
	int framing;

	r->n_endpoints = min_t(unsigned int, alt->desc.bNumEndpoints, IDCARD_ENDPOINTS_MAX);
	for (i = 0; i < r->n_endpoints; i++) {
		const struct usb_endpoint_descriptor *d = &alt->endpoint[i].desc;

		r->endpoints[i].address = d->bEndpointAddress;
		r->endpoints[i].attributes = d->bmAttributes;
		r->endpoints[i].interval = d->bInterval;
		r->endpoints[i].packet = usb_endpoint_maxp(d);
	}
	if (quirk) {
		framing = quirk - 1;
		if (idcard_framing_select(framing, r->endpoints, r->n_endpoints, &r->line))
			return -ENODEV;
	} else {
		framing = idcard_framing_detect(r->endpoints, r->n_endpoints, &r->line);
		if (framing < 0)
			return -ENODEV;
	}
	r->framing = framing;
	return 0;
}

/* Separate allocations: the bus writes into them, and they hold what cards say. */
static int idcard_allocate(struct idcard_reader *r)
{
	unsigned int i, packet = 0;

	for (i = 0; i < r->n_endpoints; i++)
		packet = max(packet, r->endpoints[i].packet);
	r->buffer_size = IDCARD_REPLY_MAX + packet;
	r->buffer = kzalloc(r->buffer_size, GFP_KERNEL);
	r->exchange.reply.buf = kzalloc(IDCARD_REPLY_MAX, GFP_KERNEL);
	r->request = kzalloc(IDCARD_REQUEST_MAX, GFP_KERNEL);
	r->urb = usb_alloc_urb(0, GFP_KERNEL);
	if (!r->buffer || !r->exchange.reply.buf || !r->request || !r->urb)
		return -ENOMEM;
	return 0;
}

static int idcard_name(struct idcard_reader *r)
{
	int number = ida_alloc_max(&idcard_numbers, IDCARD_READERS_MAX - 1, GFP_KERNEL);

	if (number < 0)
		return number;
	r->number = number;
	r->dev.devt = idcard_devt(number);
	return dev_set_name(&r->dev, "idcardraw%d", number);
}

/* What disconnect has to undo once the node exists, also when it only half does. */
static void idcard_reader_gone(struct idcard_reader *r)
{
	bool opened;

	mutex_lock(&r->open_mutex);
	spin_lock_irq(&r->lock);
	r->state = IDCARD_GONE;
	opened = r->opened;
	spin_unlock_irq(&r->lock);
	/* The file may close long after; its count must not keep a rebound device awake. */
	if (opened)
		usb_autopm_put_interface_no_suspend(r->intf);
	mutex_unlock(&r->open_mutex);

	idcard_bus_stop(r);
	wake_up_all(&r->wait);
	usb_set_intfdata(r->intf, NULL);
	put_device(&r->dev);
}

int idcard_probe(struct usb_interface *intf, const struct usb_device_id *id)
{
	const struct usb_interface_descriptor *d = &intf->cur_altsetting->desc;
	struct idcard_reader *r;
	int err;

	if (!idcard_interface_fits(d->bInterfaceClass, d->bInterfaceNumber))
		return -ENODEV;
	r = idcard_reader_new(intf);
	if (!r)
		return -ENOMEM;
	err = idcard_find_endpoints(r, id->driver_info);
	if (err)
		goto err_put;
	err = idcard_allocate(r);
	if (err)
		goto err_put;
	err = idcard_name(r);
	if (err)
		goto err_put;

	usb_set_intfdata(intf, r);
	cdev_init(&r->cdev, &idcard_fops);
	r->cdev.owner = THIS_MODULE;
	err = cdev_device_add(&r->cdev, &r->dev);
	if (err) {
		/* It may have been open for a moment. */
		idcard_reader_gone(r);
		return err;
	}
	dev_info(&intf->dev, "ID-card reader is /dev/%s\n", dev_name(&r->dev));
	return 0;

err_put:
	put_device(&r->dev);
	return err;
}

void idcard_disconnect(struct usb_interface *intf)
{
	struct idcard_reader *r = usb_get_intfdata(intf);

	cdev_device_del(&r->cdev, &r->dev);
	idcard_reader_gone(r);
}
