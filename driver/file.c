// SPDX-License-Identifier: GPL-2.0-only
/* /dev/idcardrawN: open, read, write, poll. What each promises is in uapi/idcard.h. */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "reader.h"

static_assert(IDCARD_RAW_REQUEST_MAX == IDCARD_REQUEST_MAX);
static_assert(IDCARD_RAW_REPLY_MAX == IDCARD_REPLY_MAX);

static int idcard_open_locked(struct idcard_reader *r)
{
	int err;

	/* Changed only under open_mutex, which we hold. */
	if (r->state == IDCARD_GONE || READ_ONCE(r->lost))
		return -ENODEV;
	if (r->opened)
		return -EBUSY;
	err = usb_autopm_get_interface(r->intf);
	if (err)
		return err;

	spin_lock_irq(&r->lock);
	r->opened = true;
	r->timeout_ms = IDCARD_TIMEOUT_DEFAULT;
	spin_unlock_irq(&r->lock);
	return 0;
}

static int idcard_open(struct inode *inode, struct file *file)
{
	/* The inode holds the cdev and with it the reader until after release. */
	struct idcard_reader *r = container_of(inode->i_cdev, struct idcard_reader, cdev);
	int err;

	if (mutex_lock_interruptible(&r->open_mutex))
		return -ERESTARTSYS;
	err = idcard_open_locked(r);
	mutex_unlock(&r->open_mutex);
	if (err)
		return err;
	file->private_data = r;
	return stream_open(inode, file);
}

/* Nothing of this user may reach the next one. */
static int idcard_release(struct inode *inode, struct file *file)
{
	struct idcard_reader *r = file->private_data;

	mutex_lock(&r->open_mutex);
	/* Also if it is going away: that stops the worker only after letting go of the mutex. */
	idcard_bus_stop(r);
	idcard_bus_wipe(r);
	if (r->state != IDCARD_GONE)
		idcard_bus_allow(r);

	spin_lock_irq(&r->lock);
	r->progress = IDCARD_IDLE;
	r->stale = false;
	r->told = false;
	r->opened = false;
	spin_unlock_irq(&r->lock);
	/* Otherwise going away dropped it. */
	if (r->state != IDCARD_GONE)
		usb_autopm_put_interface(r->intf);
	mutex_unlock(&r->open_mutex);
	return 0;
}

/* The outcome of the exchange is about to be used up. Called with the lock held. */
static void idcard_forget_outcome(struct idcard_reader *r)
{
	idcard_bus_wipe(r);
	r->progress = IDCARD_IDLE;
}

/*
 * What read() has to say: the size of the reply, which is then the caller's until
 * idcard_reply_done(), or an error, -EAGAIN if it must wait.
 */
static ssize_t idcard_reply_take(struct idcard_reader *r, size_t room)
{
	size_t size;

	lockdep_assert_held(&r->lock);
	if (r->state == IDCARD_GONE)
		return -ENODEV;
	if (r->progress == IDCARD_RUNNING || r->progress == IDCARD_DELIVERING)
		return -EAGAIN;
	if (r->stale || (r->progress == IDCARD_OVER && r->outcome == -ESTALE)) {
		r->stale = false;
		r->told = r->state != IDCARD_LIVE;
		idcard_forget_outcome(r);
		return -ESTALE;
	}
	if (r->progress == IDCARD_IDLE)
		return -EAGAIN;
	if (r->outcome) {
		idcard_forget_outcome(r);
		return r->outcome;
	}
	size = r->exchange.reply.have;
	if (size > room)
		return -EMSGSIZE;
	r->progress = IDCARD_DELIVERING;
	return size;
}

static void idcard_reply_done(struct idcard_reader *r, bool delivered)
{
	spin_lock_irq(&r->lock);
	if (delivered)
		idcard_forget_outcome(r);
	else
		r->progress = IDCARD_OVER;
	spin_unlock_irq(&r->lock);
	wake_up_all(&r->wait);
}

static bool idcard_readable(struct idcard_reader *r)
{
	bool yes;

	spin_lock_irq(&r->lock);
	yes = r->state == IDCARD_GONE || r->progress == IDCARD_OVER ||
	      (r->stale && r->progress == IDCARD_IDLE);
	spin_unlock_irq(&r->lock);
	return yes;
}

static ssize_t idcard_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct idcard_reader *r = file->private_data;
	ssize_t size;
	bool fault;

	if (!count)
		return 0;
	for (;;) {
		spin_lock_irq(&r->lock);
		size = idcard_reply_take(r, count);
		spin_unlock_irq(&r->lock);
		if (size != -EAGAIN || file->f_flags & O_NONBLOCK)
			break;
		if (wait_event_interruptible(r->wait, idcard_readable(r)))
			return -ERESTARTSYS;
	}
	if (size < 0) {
		/* An outcome used up makes room for the next request. */
		if (size != -EAGAIN)
			wake_up_all(&r->wait);
		return size;
	}
	fault = copy_to_user(to, r->exchange.reply.buf, size);
	idcard_reply_done(r, !fault);
	return fault ? -EFAULT : size;
}

/* Start the exchange, or -EAGAIN if the caller must wait. */
static int idcard_request_start(struct idcard_reader *r, const u8 *request, size_t size)
{
	lockdep_assert_held(&r->lock);
	if (r->state == IDCARD_GONE)
		return -ENODEV;
	if (r->progress != IDCARD_IDLE || r->stale)
		return -EBUSY;
	if (r->state != IDCARD_LIVE)
		return -EAGAIN;
	/* Between the unplugging and its news, traffic is for nothing. */
	if (r->lost)
		return -ENODEV;
	memcpy(r->request, request, size);
	r->request_size = size;
	r->exchange_ms = r->timeout_ms;
	r->progress = IDCARD_RUNNING;
	/* Under the lock: who makes the reader not live then finds the work queued. */
	queue_work(idcard_workqueue, &r->work);
	return 0;
}

static bool idcard_usable(struct idcard_reader *r)
{
	return READ_ONCE(r->state) == IDCARD_LIVE || READ_ONCE(r->state) == IDCARD_GONE;
}

static ssize_t idcard_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct idcard_reader *r = file->private_data;
	ssize_t err;
	u8 *request;

	if (count > IDCARD_REQUEST_MAX)
		return -EMSGSIZE;
	request = memdup_user(from, count);
	if (IS_ERR(request))
		return PTR_ERR(request);
	err = idcard_request_check(request, count) ? -EINVAL : 0;
	while (!err) {
		spin_lock_irq(&r->lock);
		err = idcard_request_start(r, request, count);
		spin_unlock_irq(&r->lock);
		if (err != -EAGAIN || file->f_flags & O_NONBLOCK)
			break;
		err = wait_event_interruptible(r->wait, idcard_usable(r));
	}
	kfree_sensitive(request);
	return err ?: count;
}

static __poll_t idcard_poll(struct file *file, poll_table *wait)
{
	struct idcard_reader *r = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &r->wait, wait);
	spin_lock_irq(&r->lock);
	if (r->state == IDCARD_GONE)
		mask = EPOLLHUP | EPOLLERR;
	else if (r->progress == IDCARD_OVER || (r->stale && r->progress == IDCARD_IDLE))
		mask = EPOLLIN | EPOLLRDNORM | (r->outcome || r->stale ? EPOLLERR : 0);
	else if (r->progress == IDCARD_IDLE && r->state == IDCARD_LIVE)
		mask = EPOLLOUT | EPOLLWRNORM;
	spin_unlock_irq(&r->lock);
	return mask;
}

const struct file_operations idcard_fops = {
	.owner = THIS_MODULE,
	.open = idcard_open,
	.release = idcard_release,
	.read = idcard_read,
	.write = idcard_write,
	.poll = idcard_poll,
	.unlocked_ioctl = idcard_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
