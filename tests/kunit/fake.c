// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>

#include "fake.h"

/* In place of main.c. */
struct class idcard_class = {
	.name = "idcardraw-kunit",
};

struct workqueue_struct *idcard_workqueue;

dev_t idcard_devt(int number)
{
	return MKDEV(240, number);
}

int fake_suite_init(struct kunit_suite *suite)
{
	idcard_workqueue = alloc_workqueue("idcard-kunit", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return idcard_workqueue ? 0 : -ENOMEM;
}

void fake_suite_exit(struct kunit_suite *suite)
{
	destroy_workqueue(idcard_workqueue);
}

bool fake_user_fault;

static struct fake_device *of_udev(const struct usb_device *udev)
{
	return container_of(udev, struct fake_device, udev);
}

static struct fake_device *of_intf(const struct usb_interface *intf)
{
	return container_of(intf, struct fake_device, intf);
}

void fake_device_init(struct fake_device *d)
{
	spin_lock_init(&d->lock);
	init_waitqueue_head(&d->wait);
	d->bus.busnum = 3;
	d->udev.bus = &d->bus;
	d->udev.devnum = 7;
	d->udev.speed = USB_SPEED_FULL;
	d->udev.state = USB_STATE_CONFIGURED;
	d->udev.descriptor.idVendor = cpu_to_le16(0x0400);
	d->udev.descriptor.idProduct = cpu_to_le16(0xc35a);
	d->udev.descriptor.bcdDevice = cpu_to_le16(0x0063);
	d->intf.dev.parent = &d->udev.dev;
	d->intf.dev.init_name = "idcard-kunit";
	d->intf.cur_altsetting = &d->alt;
	d->alt.desc.bInterfaceClass = USB_CLASS_VENDOR_SPEC;
	d->alt.endpoint = d->endpoints;
}

void fake_device_begin(struct fake_device *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->lock, flags);
	d->stale.n = d->stale.used = 0;
	d->out.n = d->out.used = 0;
	d->reply.n = d->reply.used = 0;
	d->sent = false;
	d->request_size = 0;
	d->submitted = 0;
	spin_unlock_irqrestore(&d->lock, flags);
}

void fake_prepare(struct fake_list *l, int status, const u8 *data, size_t n)
{
	if (WARN_ON(l->n == FAKE_TRANSFERS))
		return;
	l->transfers[l->n++] = (struct fake_transfer){ status, data, n };
}

bool fake_wait_pending(struct fake_device *d, u8 address)
{
	unsigned int pipe;

	if (!wait_event_timeout(d->wait, READ_ONCE(d->pending), 20 * HZ))
		return false;
	pipe = READ_ONCE(d->pending)->pipe;
	return usb_pipeendpoint(pipe) == (address & USB_ENDPOINT_NUMBER_MASK) &&
	       !usb_pipein(pipe) == !(address & USB_DIR_IN);
}

struct urb *fake_alloc_urb(int packets, gfp_t flags)
{
	return kzalloc(sizeof(struct urb), flags);
}

void fake_free_urb(struct urb *urb)
{
	kfree(urb);
}

static bool take(struct fake_list *l, struct fake_transfer *t)
{
	if (l->used == l->n)
		return false;
	*t = l->transfers[l->used++];
	return true;
}

/* The request may be sent in two parts. */
static void take_out(struct fake_device *d, struct urb *urb, struct fake_transfer *t)
{
	size_t n = urb->transfer_buffer_length;

	if (!take(&d->out, t))
		*t = (struct fake_transfer){ 0 };
	if (t->status)
		return;
	if (!d->request_size)
		d->out_first = usb_pipeendpoint(urb->pipe);
	if (!WARN_ON(d->request_size + n > sizeof(d->request)))
		memcpy(d->request + d->request_size, urb->transfer_buffer, n);
	d->request_size += n;
	d->sent = !idcard_request_check(d->request, d->request_size);
	urb->actual_length = n - t->n;
}

static void take_in(struct fake_device *d, struct urb *urb, struct fake_transfer *t)
{
	if (!take(d->sent ? &d->reply : &d->stale, t))
		t->status = d->sent ? FAKE_PENDING : -ETIMEDOUT;
	if (t->status == FAKE_PENDING || t->status <= FAKE_REFUSED)
		return;
	/* A device that sends more than was asked for: the controller stops it. */
	if (t->n > urb->transfer_buffer_length) {
		t->n = urb->transfer_buffer_length;
		t->status = -EOVERFLOW;
	}
	memcpy(urb->transfer_buffer, t->data, t->n);
	urb->actual_length = t->n;
}

int fake_submit_urb(struct urb *urb, gfp_t flags)
{
	struct fake_device *d = of_udev(urb->dev);
	struct fake_transfer t = { 0 };
	unsigned long irq;

	spin_lock_irqsave(&d->lock, irq);
	if (atomic_read(&urb->reject)) {
		spin_unlock_irqrestore(&d->lock, irq);
		return -EPERM;
	}
	WARN_ON(d->pending);
	d->submitted++;
	urb->status = -EINPROGRESS;
	urb->actual_length = 0;
	if (usb_pipein(urb->pipe))
		take_in(d, urb, &t);
	else
		take_out(d, urb, &t);
	if (t.status == FAKE_PENDING)
		d->pending = urb;
	spin_unlock_irqrestore(&d->lock, irq);
	if (t.status <= FAKE_REFUSED)
		return t.status - FAKE_REFUSED;
	if (t.status == FAKE_PENDING) {
		wake_up_all(&d->wait);
	} else {
		urb->status = t.status;
		urb->complete(urb);
	}
	return 0;
}

static void kill(struct urb *urb, int reject)
{
	struct fake_device *d;
	unsigned long irq;
	bool pending;

	/* As in the USB core: one that was never submitted has no device, and only counts. */
	if (!urb->dev) {
		atomic_add(reject, &urb->reject);
		return;
	}
	d = of_udev(urb->dev);
	spin_lock_irqsave(&d->lock, irq);
	atomic_add(reject, &urb->reject);
	pending = d->pending == urb;
	if (pending)
		d->pending = NULL;
	spin_unlock_irqrestore(&d->lock, irq);
	if (pending) {
		urb->status = -ENOENT;
		urb->complete(urb);
	}
}

void fake_kill_urb(struct urb *urb)
{
	kill(urb, 0);
}

void fake_poison_urb(struct urb *urb)
{
	kill(urb, 1);
}

void fake_unpoison_urb(struct urb *urb)
{
	WARN_ON(atomic_dec_return(&urb->reject) < 0);
}

/* The driver makes no other request than to clear a halt. */
int fake_control(struct usb_device *udev, u8 request, u16 value, u16 index)
{
	struct fake_device *d = of_udev(udev);

	WARN_ON(request != USB_REQ_CLEAR_FEATURE || value != USB_ENDPOINT_HALT);
	d->cleared++;
	return d->clear_error;
}

void fake_reset_endpoint(struct usb_device *udev, unsigned int address)
{
	of_udev(udev)->toggled++;
}

struct usb_interface *fake_get_intf(struct usb_interface *intf)
{
	of_intf(intf)->intf_refs++;
	return intf;
}

void fake_put_intf(struct usb_interface *intf)
{
	of_intf(intf)->intf_refs--;
}

struct usb_device *fake_get_dev(struct usb_device *udev)
{
	of_udev(udev)->dev_refs++;
	return udev;
}

void fake_put_dev(struct usb_device *udev)
{
	of_udev(udev)->dev_refs--;
}

int fake_autopm_get(struct usb_interface *intf)
{
	struct fake_device *d = of_intf(intf);

	if (!d->autopm_error)
		d->autopm++;
	return d->autopm_error;
}

void fake_autopm_put(struct usb_interface *intf)
{
	of_intf(intf)->autopm--;
}

/* The core's worker, at once: both halves are always called. */
void fake_queue_reset(struct usb_interface *intf)
{
	if (of_intf(intf)->reset_never)
		return;
	idcard_pre_reset(intf);
	idcard_post_reset(intf);
}

int fake_cdev_add(struct cdev *cdev, struct device *dev)
{
	struct fake_device *d = of_intf(to_usb_interface(dev->parent));

	if (!d->add_error)
		d->added++;
	return d->add_error;
}

void fake_cdev_del(struct cdev *cdev, struct device *dev)
{
	of_intf(to_usb_interface(dev->parent))->added--;
}

unsigned long fake_copy(void *to, const void *from, unsigned long size)
{
	if (fake_user_fault)
		return size;
	memcpy(to, from, size);
	return 0;
}

void *fake_memdup(const void *from, size_t size)
{
	void *p;

	if (fake_user_fault)
		return ERR_PTR(-EFAULT);
	p = kmemdup(from, size, GFP_KERNEL);
	return p ?: ERR_PTR(-ENOMEM);
}
