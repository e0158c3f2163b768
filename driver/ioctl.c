// SPDX-License-Identifier: GPL-2.0-only
/* The ioctls of /dev/idcardrawN. */
#include <linux/fs.h>
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

static void idcard_set_own_reset(struct idcard_reader *r, bool on)
{
	spin_lock_irq(&r->lock);
	r->own_reset = on;
	spin_unlock_irq(&r->lock);
}

/* No lock of ours: the USB core takes the device's, and calls our pre_reset. */
static int idcard_reset(struct idcard_reader *r)
{
	int err = usb_lock_device_for_reset(r->udev, r->intf);

	if (err)
		return err == -EINTR || err == -EBUSY ? err : -ENODEV;
	idcard_set_own_reset(r, true);
	err = usb_reset_device(r->udev);
	idcard_set_own_reset(r, false);
	usb_unlock_device(r->udev);
	if (err)
		return err == -ENODEV ? err : -EIO;
	return 0;
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
