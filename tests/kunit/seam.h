/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before everything else of this module. The driver's files are compiled as they are; what
 * they call in the USB core, to register the node, and to reach user space goes to fake.c.
 */
#ifndef IDCARD_KUNIT_SEAM_H
#define IDCARD_KUNIT_SEAM_H

#include <linux/cdev.h>
#include <linux/uaccess.h>
#include <linux/usb.h>

struct urb *fake_alloc_urb(int packets, gfp_t flags);
void fake_free_urb(struct urb *urb);
int fake_submit_urb(struct urb *urb, gfp_t flags);
void fake_kill_urb(struct urb *urb);
void fake_poison_urb(struct urb *urb);
void fake_unpoison_urb(struct urb *urb);
int fake_control(struct usb_device *udev, u8 request, u16 value, u16 index);
void fake_reset_endpoint(struct usb_device *udev, unsigned int address);

struct usb_interface *fake_get_intf(struct usb_interface *intf);
void fake_put_intf(struct usb_interface *intf);
struct usb_device *fake_get_dev(struct usb_device *udev);
void fake_put_dev(struct usb_device *udev);
int fake_autopm_get(struct usb_interface *intf);
void fake_autopm_put(struct usb_interface *intf);
void fake_queue_reset(struct usb_interface *intf);

int fake_cdev_add(struct cdev *cdev, struct device *dev);
void fake_cdev_del(struct cdev *cdev, struct device *dev);

unsigned long fake_copy(void *to, const void *from, unsigned long size);
void *fake_memdup(const void *from, size_t size);

#define usb_alloc_urb fake_alloc_urb
#define usb_free_urb fake_free_urb
#define usb_submit_urb fake_submit_urb
#define usb_kill_urb fake_kill_urb
#define usb_poison_urb fake_poison_urb
#define usb_unpoison_urb fake_unpoison_urb
#define usb_control_msg(udev, pipe, request, type, value, index, data, size, timeout) \
	((void)(pipe), fake_control(udev, request, value, index))
#define usb_reset_endpoint fake_reset_endpoint
#define usb_get_intf fake_get_intf
#define usb_put_intf fake_put_intf
#define usb_get_dev fake_get_dev
#define usb_put_dev fake_put_dev
#define usb_autopm_get_interface fake_autopm_get
#define usb_autopm_put_interface fake_autopm_put
#define usb_autopm_put_interface_no_suspend fake_autopm_put
#define usb_queue_reset_device fake_queue_reset

#define cdev_device_add fake_cdev_add
#define cdev_device_del fake_cdev_del

#define copy_to_user(to, from, size) fake_copy((void __force *)(to), from, size)
#define memdup_user(from, size) fake_memdup((const void __force *)(from), size)
#undef get_user
#define get_user(value, from) fake_copy(&(value), (const void __force *)(from), sizeof(value))

#endif
