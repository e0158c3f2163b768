/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/idcardrawN: one ID-card reader, speaking whole SAM frames.
 *
 * For the daemon and for tools that want the reader itself; programs that want
 * people's identities read /dev/idcard.
 *
 * open		Exclusive: EBUSY while another file has it open. A new opener never
 *		sees anything of the one before, and has the default time limit.
 * write	Takes exactly one whole request frame and starts one exchange: what is
 *		left over in the reader is drained, the frame sent, one reply awaited.
 *		EINVAL	not a frame (preamble, length or checksum)
 *		EMSGSIZE more than IDCARD_RAW_REQUEST_MAX bytes
 *		EBUSY	an exchange is under way, or its reply or error was not read yet
 *		EAGAIN	(O_NONBLOCK) the reader is suspended or being reset; without
 *			O_NONBLOCK the call waits
 *		ENODEV	the reader is gone
 * read		Gives exactly one whole reply frame, its checksum verified, however the
 *		reader cut it up on the bus. Blocks while an exchange is under way or
 *		until another thread starts one.
 *		EMSGSIZE the buffer is smaller than the frame, which stays
 *		EAGAIN	(O_NONBLOCK) no reply yet
 *		Each of these once per exchange, in place of its reply:
 *		ETIMEDOUT no whole reply in time
 *		EBADMSG	a damaged reply
 *		EPIPE, EIO, EPROTO  the transfer failed on the bus
 *		ESTALE	the reader was reset and forgot the card and its state, or the
 *			system slept in the middle; also without an exchange, and in
 *			place of a reply not read yet
 *		and for ever: ENODEV, the reader is gone
 * poll		EPOLLOUT: idle, a request may be written. EPOLLIN: a reply is there, or
 *		an error that read() will report (then with EPOLLERR). EPOLLHUP|EPOLLERR:
 *		gone.
 */
#ifndef _UAPI_IDCARD_H
#define _UAPI_IDCARD_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define IDCARD_RAW_REQUEST_MAX	256
#define IDCARD_RAW_REPLY_MAX	4096

/* How frames are carried on the bus. */
#define IDCARD_FRAMING_SPLIT	0	/* head and body on two pairs of endpoints */
#define IDCARD_FRAMING_STREAM	1	/* whole frames on the first pair */
#define IDCARD_FRAMING_STREAM_LAST 2	/* whole frames on the last pair of four endpoints */

/**
 * struct idcard_raw_info - what the reader is
 * @vendor: USB idVendor
 * @product: USB idProduct
 * @release: USB bcdDevice
 * @busnum: USB bus number
 * @devnum: USB device number on that bus
 * @framing: IDCARD_FRAMING_*, the one in use
 * @generation: counts resets and resumes in which the reader lost its state; a
 *	caller that sees it change starts again from the beginning
 * @timeout_ms: time limit of an exchange, from sending the request on
 * @reserved: zero
 */
struct idcard_raw_info {
	__u16 vendor;
	__u16 product;
	__u16 release;
	__u16 busnum;
	__u16 devnum;
	__u16 framing;
	__u32 generation;
	__u32 timeout_ms;
	__u32 reserved[3];
};

#define IDCARD_IOC_TYPE		0xD1

#define IDCARD_IOC_GET_INFO	_IOR(IDCARD_IOC_TYPE, 0, struct idcard_raw_info)

/* Time limit of the exchanges to come, in milliseconds: 1 to 60000, else EINVAL. 6000 at open. */
#define IDCARD_IOC_SET_TIMEOUT	_IOW(IDCARD_IOC_TYPE, 1, __u32)

/*
 * IDCARD_FRAMING_*. EINVAL if unknown, EOPNOTSUPP if the reader has not the
 * endpoints for it, EBUSY while an exchange is under way.
 */
#define IDCARD_IOC_SET_FRAMING	_IOW(IDCARD_IOC_TYPE, 2, __u32)

/*
 * Reset the reader on the bus. An exchange under way ends with ESTALE, so does a reply
 * not read yet. EBUSY while another thread asks for the same. EINTR on a signal, EIO when
 * the reset is not over after 5 s: it goes on, and read() reports its end as ESTALE.
 */
#define IDCARD_IOC_RESET	_IO(IDCARD_IOC_TYPE, 3)

#endif
