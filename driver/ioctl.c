// SPDX-License-Identifier: GPL-2.0-only
/* The ioctls of /dev/idcardrawN. */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/uaccess.h>

#include "reader.h"

static_assert(sizeof(struct idcard_raw_info) == 32);

static int idcard_get_info(struct idcard_reader *r, void __user *to)
{
	const struct usb_device_descriptor *d = &r->udev->descriptor;
	struct idcard_raw_info info;

	memset(&info, 0, sizeof(info));
	info.vendor = le16_to_cpu(d->idVendor);
	info.product = le16_to_cpu(d->idProduct);
	info.release = le16_to_cpu(d->bcdDevice);
	info.busnum = r->udev->bus->busnum;
	info.devnum = r->udev->devnum;
	spin_lock_irq(&r->lock);
	info.framing = r->framing;
	info.generation = r->generation;
	info.timeout_ms = r->timeout_ms;
	spin_unlock_irq(&r->lock);
	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

static int idcard_set_timeout(struct idcard_reader *r, u32 ms)
{
	if (!ms || ms > IDCARD_TIMEOUT_MAX)
		return -EINVAL;
	spin_lock_irq(&r->lock);
	r->timeout_ms = ms;
	spin_unlock_irq(&r->lock);
	return 0;
}

static int idcard_set_framing(struct idcard_reader *r, u32 framing)
{
	struct idcard_line line = { };
	int err;

	err = idcard_framing_select(framing, r->endpoints, r->n_endpoints, &line);
	if (err)
		return err;
	spin_lock_irq(&r->lock);
	if (r->progress == IDCARD_RUNNING) {
		err = -EBUSY;
	} else {
		r->framing = framing;
		r->line = line;
	}
	spin_unlock_irq(&r->lock);
	return err;
}

/* Disconnect changes the state under open_mutex: who is gone does not reset its successor. */
static int idcard_reset_begin(struct idcard_reader *r)
{
	int err = 0;

	if (mutex_lock_interruptible(&r->open_mutex))
		return -EINTR;
	spin_lock_irq(&r->lock);
	if (r->state == IDCARD_GONE)
		err = -ENODEV;
	else if (r->own_reset)
		err = -EBUSY;
	else
		r->own_reset = true;
	spin_unlock_irq(&r->lock);
	if (!err)
		usb_queue_reset_device(r->intf);
	mutex_unlock(&r->open_mutex);
	return err;
}

static bool idcard_reset_over(struct idcard_reader *r)
{
	bool over;

	spin_lock_irq(&r->lock);
	over = !r->own_reset || r->state == IDCARD_GONE;
	spin_unlock_irq(&r->lock);
	return over;
}

/*
 * The USB core tries for a minute, and cannot be interrupted, to reset a reader that has fallen
 * silent. So it does that in a worker of its own, and the caller waits as long as is good.
 */
static int idcard_reset(struct idcard_reader *r)
{
	bool over;
	long left;
	int err;

	err = idcard_reset_begin(r);
	if (err)
		return err;
	left = wait_event_interruptible_timeout(r->wait, idcard_reset_over(r),
						msecs_to_jiffies(IDCARD_RESET_MS));
	spin_lock_irq(&r->lock);
	over = !r->own_reset;
	/* Given up: if it comes to an end all the same, read() tells. */
	r->own_reset = false;
	if (r->state == IDCARD_GONE)
		err = -ENODEV;
	spin_unlock_irq(&r->lock);
	if (err || over)
		return err ?: r->udev->state == USB_STATE_NOTATTACHED ? -ENODEV : 0;
	return left < 0 ? -EINTR : -EIO;
}

long idcard_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct idcard_reader *r = file->private_data;
	void __user *user = (void __user *)argument;
	u32 value;

	if (READ_ONCE(r->state) == IDCARD_GONE)
		return -ENODEV;
	switch (command) {
	case IDCARD_IOC_GET_INFO:
		return idcard_get_info(r, user);
	case IDCARD_IOC_SET_TIMEOUT:
		if (get_user(value, (u32 __user *)user))
			return -EFAULT;
		return idcard_set_timeout(r, value);
	case IDCARD_IOC_SET_FRAMING:
		if (get_user(value, (u32 __user *)user))
			return -EFAULT;
		return idcard_set_framing(r, value);
	case IDCARD_IOC_RESET:
		return idcard_reset(r);
	default:
		return -ENOTTY;
	}
}
