// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend, resume and reset. None of these may take open_mutex: opening waits for a
 * resume while holding it.
 */
#include "reader.h"

/* The reader forgot the card and everything else: say so once to whoever has it open. */
static void idcard_restarted(struct idcard_reader *r)
{
	spin_lock_irq(&r->lock);
	r->state = IDCARD_LIVE;
	r->generation++;
	/* Who asked for the reset while nothing was under way knows already. */
	if (r->opened && !r->told && !(r->own_reset && r->progress == IDCARD_IDLE))
		r->stale = true;
	r->told = false;
	r->lost = false;
	r->own_reset = false;
	spin_unlock_irq(&r->lock);
}

int idcard_suspend(struct usb_interface *intf, pm_message_t message)
{
	struct idcard_reader *r = usb_get_intfdata(intf);

	spin_lock_irq(&r->lock);
	if (PMSG_IS_AUTO(message) && r->progress == IDCARD_RUNNING) {
		spin_unlock_irq(&r->lock);
		return -EBUSY;
	}
	r->state = IDCARD_SUSPENDED;
	spin_unlock_irq(&r->lock);
	idcard_bus_stop(r);
	wake_up_all(&r->wait);
	return 0;
}

int idcard_resume(struct usb_interface *intf)
{
	struct idcard_reader *r = usb_get_intfdata(intf);

	idcard_bus_allow(r);
	spin_lock_irq(&r->lock);
	r->state = IDCARD_LIVE;
	r->told = false;
	spin_unlock_irq(&r->lock);
	wake_up_all(&r->wait);
	return 0;
}

int idcard_pre_reset(struct usb_interface *intf)
{
	struct idcard_reader *r = usb_get_intfdata(intf);

	spin_lock_irq(&r->lock);
	r->state = IDCARD_RESETTING;
	spin_unlock_irq(&r->lock);
	idcard_bus_stop(r);
	wake_up_all(&r->wait);
	return 0;
}

int idcard_post_reset(struct usb_interface *intf)
{
	struct idcard_reader *r = usb_get_intfdata(intf);

	/* The reset cleared them, too. The worker is idle until the reader is live again. */
	r->halted_in = 0;
	r->halted_out = 0;
	idcard_bus_allow(r);
	idcard_restarted(r);
	wake_up_all(&r->wait);
	return 0;
}

int idcard_reset_resume(struct usb_interface *intf)
{
	return idcard_post_reset(intf);
}
