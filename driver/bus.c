// SPDX-License-Identifier: GPL-2.0-only
/*
 * The USB side of an exchange. A worker runs the state machine of exchange.h, one
 * transfer after the other, and alone touches the URB's fields; everybody else only
 * poisons the URB, which ends the worker's wait and its submissions at once.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "reader.h"

static void idcard_transferred(struct urb *urb)
{
	struct idcard_reader *r = urb->context;

	/* Pairs with idcard_transfer(), which then reads what the URB says. */
	smp_store_release(&r->transferred, true);
	wake_up(&r->transfer_wait);
}

static unsigned int idcard_usb_pipe(struct idcard_reader *r, const struct idcard_endpoint *e)
{
	unsigned int number = e->address & USB_ENDPOINT_NUMBER_MASK;

	if (idcard_endpoint_interrupt(e))
		return idcard_endpoint_in(e) ? usb_rcvintpipe(r->udev, number) :
					       usb_sndintpipe(r->udev, number);
	return idcard_endpoint_in(e) ? usb_rcvbulkpipe(r->udev, number) :
				       usb_sndbulkpipe(r->udev, number);
}

static void idcard_fill_urb(struct idcard_reader *r, const struct idcard_transfer *t)
{
	const struct idcard_endpoint *e = t->in ? &r->line.in[t->pipe] : &r->line.out[t->pipe];
	unsigned int pipe = idcard_usb_pipe(r, e);
	size_t size = t->size;

	/* Whole packets, or a reader that sends a full one overruns the buffer. */
	if (t->in)
		size = min_t(size_t, roundup(size, e->packet),
			     rounddown(r->buffer_size, e->packet));
	else
		memcpy(r->buffer, t->data, size);

	if (idcard_endpoint_interrupt(e))
		usb_fill_int_urb(r->urb, r->udev, pipe, r->buffer, size, idcard_transferred, r,
				 e->interval);
	else
		usb_fill_bulk_urb(r->urb, r->udev, pipe, r->buffer, size, idcard_transferred, r);
}

/* Until the time limit of @t or the deadline of the exchange. 0 if there is no time left. */
static unsigned long idcard_time_limit(struct idcard_reader *r, const struct idcard_transfer *t)
{
	unsigned long left, now = jiffies;

	if (!time_before(now, r->deadline))
		return 0;
	left = r->deadline - now;
	if (t->timeout_ms)
		left = min(left, msecs_to_jiffies(t->timeout_ms));
	return left;
}

static int idcard_bus_error(int status)
{
	switch (status) {
	case 0:
	case -EPIPE:
	case -ETIMEDOUT:
		return status;
	case -ENODEV:
	case -ESHUTDOWN:
		return -ENODEV;
	case -EPERM:
	case -ENOENT:
	case -ECONNRESET:
		/* Given up, mostly poisoned: it may be answered all the same. */
		return -ECANCELED;
	case -EPROTO:
	case -EILSEQ:
	case -ETIME:
		return -EPROTO;
	default:
		return -EIO;
	}
}

/* Run one transfer to its end. @n: bytes in r->buffer that came in. */
static int idcard_transfer(struct idcard_reader *r, const struct idcard_transfer *t, size_t *n)
{
	unsigned long limit = idcard_time_limit(r, t);
	unsigned int number;
	int status;

	*n = 0;
	if (!limit)
		return -ETIMEDOUT;
	idcard_fill_urb(r, t);
	WRITE_ONCE(r->transferred, false);
	status = usb_submit_urb(r->urb, GFP_NOIO);
	/* The core switches the endpoints off before it tells us that all is over. */
	if (status == -ENOENT)
		return -ENODEV;
	if (status)
		return idcard_bus_error(status);

	/* Pairs with idcard_transferred(). */
	if (wait_event_idle_timeout(r->transfer_wait, smp_load_acquire(&r->transferred), limit)) {
		status = r->urb->status;
	} else {
		usb_kill_urb(r->urb);
		/* It may have ended by itself in the last moment. */
		status = r->urb->status == -ENOENT ? -ETIMEDOUT : r->urb->status;
	}
	if (status == -EPIPE) {
		number = usb_pipeendpoint(r->urb->pipe);
		*(t->in ? &r->halted_in : &r->halted_out) |= BIT(number);
	}
	if (t->in)
		*n = min_t(size_t, r->urb->actual_length, r->urb->transfer_buffer_length);
	else if (!status && r->urb->actual_length != r->urb->transfer_buffer_length)
		status = -EIO;
	return idcard_bus_error(status);
}

/* usb_clear_halt() waits 5 s for a silent reader, and so does whoever stops the worker. */
static int idcard_clear_halt(struct idcard_reader *r, const struct idcard_endpoint *e)
{
	unsigned int *halted = idcard_endpoint_in(e) ? &r->halted_in : &r->halted_out;
	unsigned int bit = BIT(e->address & USB_ENDPOINT_NUMBER_MASK);
	int status;

	if (!(*halted & bit))
		return 0;
	status = usb_control_msg(r->udev, usb_sndctrlpipe(r->udev, 0), USB_REQ_CLEAR_FEATURE,
				 USB_RECIP_ENDPOINT, USB_ENDPOINT_HALT, e->address, NULL, 0,
				 IDCARD_CLEAR_HALT_MS);
	if (status < 0)
		return idcard_bus_error(status);
	usb_reset_endpoint(r->udev, e->address);
	*halted &= ~bit;
	return 0;
}

static int idcard_clear_halts(struct idcard_reader *r)
{
	unsigned int i;
	int status;

	if (!r->halted_in && !r->halted_out)
		return 0;
	for (i = 0; i < r->n_endpoints; i++) {
		status = idcard_clear_halt(r, &r->endpoints[i]);
		if (status)
			return status;
	}
	return 0;
}

static int idcard_run(struct idcard_reader *r)
{
	struct idcard_exchange *x = &r->exchange;
	struct idcard_transfer t;
	int status;
	size_t n;

	status = idcard_clear_halts(r);
	if (status)
		return status;
	x->split = r->line.split;
	idcard_exchange_begin(x, r->request, r->request_size);
	r->deadline = jiffies + msecs_to_jiffies(IDCARD_DRAIN_TOTAL_MS);
	do {
		idcard_exchange_next(x, &t);
		if (t.begins)
			r->deadline = jiffies + msecs_to_jiffies(r->exchange_ms);
		status = idcard_transfer(r, &t, &n);
		status = idcard_exchange_done(x, status, r->buffer, n);
	} while (!status);
	return status < 0 ? status : 0;
}

void idcard_bus_work(struct work_struct *work)
{
	struct idcard_reader *r = container_of(work, struct idcard_reader, work);
	int outcome = idcard_run(r);

	memzero_explicit(r->buffer, r->buffer_size);
	memzero_explicit(r->request, IDCARD_REQUEST_MAX);
	if (outcome)
		memzero_explicit(r->exchange.reply.buf, IDCARD_REPLY_MAX);

	spin_lock_irq(&r->lock);
	if (outcome && r->state == IDCARD_GONE)
		outcome = -ENODEV;
	else if (outcome && r->state != IDCARD_LIVE)
		outcome = -ESTALE;
	else if (outcome == -ENODEV)
		r->lost = true;
	else if (outcome == -ECANCELED)
		/* Not by us: by the core, which lets go of a reader, or the reader says so. */
		outcome = -EIO;
	r->outcome = outcome;
	r->progress = IDCARD_OVER;
	spin_unlock_irq(&r->lock);
	wake_up_all(&r->wait);
}

/*
 * End the exchange under way and let no transfer start until idcard_bus_allow(). On
 * return the worker is idle. Calls nest.
 */
void idcard_bus_stop(struct idcard_reader *r)
{
	usb_poison_urb(r->urb);
	/* Not cancelled: the worker itself reports how its exchange ended. */
	flush_work(&r->work);
}

void idcard_bus_allow(struct idcard_reader *r)
{
	usb_unpoison_urb(r->urb);
}

/* Forget what the exchanges before left. The worker must be idle. */
void idcard_bus_wipe(struct idcard_reader *r)
{
	memzero_explicit(r->exchange.reply.buf, IDCARD_REPLY_MAX);
	idcard_assembler_reset(&r->exchange.reply);
}
