// SPDX-License-Identifier: GPL-2.0-only
/* idcard.ko: readers of Chinese identity cards as /dev/idcardrawN. See uapi/idcard.h. */
#include <linux/fs.h>
#include <linux/module.h>

#include "reader.h"

struct class idcard_class = {
	.name = "idcardraw",
};

struct workqueue_struct *idcard_workqueue;

static dev_t idcard_region;

dev_t idcard_devt(int number)
{
	return MKDEV(MAJOR(idcard_region), MINOR(idcard_region) + number);
}

static const struct usb_device_id idcard_ids[] = {
#include "devices.h"
	{ }
};
MODULE_DEVICE_TABLE(usb, idcard_ids);

static struct usb_driver idcard_driver = {
	.name = "idcard",
	.id_table = idcard_ids,
	.probe = idcard_probe,
	.disconnect = idcard_disconnect,
	.suspend = idcard_suspend,
	.resume = idcard_resume,
	.reset_resume = idcard_reset_resume,
	.pre_reset = idcard_pre_reset,
	.post_reset = idcard_post_reset,
	.supports_autosuspend = 1,
};

static int __init idcard_init(void)
{
	int r;

	/* Waited for while the system suspends: neither freezable nor short of memory. */
	idcard_workqueue = alloc_workqueue("idcard", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!idcard_workqueue)
		return -ENOMEM;
	r = class_register(&idcard_class);
	if (r)
		goto err_workqueue;
	r = alloc_chrdev_region(&idcard_region, 0, IDCARD_READERS_MAX, "idcardraw");
	if (r)
		goto err_class;
	r = usb_register(&idcard_driver);
	if (r)
		goto err_region;
	return 0;

err_region:
	unregister_chrdev_region(idcard_region, IDCARD_READERS_MAX);
err_class:
	class_unregister(&idcard_class);
err_workqueue:
	destroy_workqueue(idcard_workqueue);
	return r;
}

static void __exit idcard_exit(void)
{
	usb_deregister(&idcard_driver);
	unregister_chrdev_region(idcard_region, IDCARD_READERS_MAX);
	class_unregister(&idcard_class);
	destroy_workqueue(idcard_workqueue);
}

module_init(idcard_init);
module_exit(idcard_exit);

MODULE_DESCRIPTION("Readers of Chinese identity cards");
MODULE_AUTHOR("idcard project");
MODULE_LICENSE("GPL");
