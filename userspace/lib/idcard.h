/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libidcard: identities of cards placed on a reader, from the daemon idcardd; the same from raw
 * bytes or an entry, without a daemon; and the numbers of documents.
 *
 *	idcard_client *c;
 *	idcard_identity *who;
 *
 *	if (idcard_client_open(NULL, &c) < 0)
 *		return;
 *	if (idcard_read(c, NULL, 30000, &who) == 0) {
 *		const char *number = idcard_identity_get(who, "id_number");
 *
 *		puts(number ? number : "the card has no number");
 *		idcard_identity_free(who);
 *	}
 *	idcard_client_close(c);
 *
 * Results	0 or more, or a negative errno. What @ret points to is set only on success. A
 *		pointer that must not be NULL and is gives -EINVAL or -ENODATA, NULL, or 0.
 * Strings	UTF-8, NUL-terminated, both ways.
 * Ownership	What a function makes belongs to the caller, who gives it back to the function named
 *		with it. What it only shows (const) belongs to the handle that it was asked of.
 * Secrets	Memory of the library that holds identities is wiped when it is freed. What the
 *		program copies is the program's. The library keeps no file and writes no log.
 * Threads	A handle belongs to one thread at a time; threads share nothing else. The library
 *		has no threads, no signal handlers, no state of its own.
 * Processes	Descriptors are close-on-exec. After fork() one of both processes goes on with a
 *		connection, the other only closes it; identities are good in both.
 * Waiting	Nothing waits unless it takes a timeout, in milliseconds, or says so. A signal does
 *		not end a wait: who wants to stop early waits in short pieces, or by poll(), see
 *		idcard_client_fd(). SIGPIPE is never raised.
 * ABI		Symbols have the version IDCARD_1; what is in this file stays as long as the library
 *		is libidcard.so.1, new functions come with new versions.
 *
 * Documents named below are installed with this library, in share/doc/idcard.
 */
#ifndef IDCARD_H
#define IDCARD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Everything else in the library is hidden. */
#pragma GCC visibility push(default)

/* ---- The daemon --------------------------------------------------------------------------- */

#define IDCARD_SOCKET "/run/idcard/socket"	/* overridden by $IDCARD_SOCKET */

/* A connection to the daemon. Opaque. */
typedef struct idcard_client idcard_client;

/* What one card, or one entry, says. Opaque, complete in itself: outlives the connection. */
typedef struct idcard_identity idcard_identity;

/*
 * Connect to the daemon. @path NULL: the socket above. The server's greeting is checked: the first
 * line that idcard_client_receive() gives is what came after it. Waits at most 5 s for it.
 *	-ENOENT, -ECONNREFUSED	no daemon			"no-daemon"
 *	-ETIMEDOUT		no greeting			"no-daemon"
 *	-EACCES			this user may not use it	"permission-denied"
 *	-EUSERS			too many connections		"too-many"
 *	-EPROTO			not our daemon, or an incompatible version
 *	-ENAMETOOLONG		@path is no path of a socket
 * To be closed by idcard_client_close().
 */
int idcard_client_open(const char *path, idcard_client **ret);

/* The stable word for such an error, for idcard_message(); NULL if it has none. Static. */
const char *idcard_client_open_error(int error);

/* Wipes what was received and not read. Returns NULL. NULL is fine. Identities stay. */
idcard_client *idcard_client_close(idcard_client *c);

/*
 * To poll for POLLIN. When it is readable, call idcard_next() with a timeout of 0 until it gives
 * 0, or idcard_client_receive() likewise: several lines may have come at once, and what the handle
 * has taken from the socket already does not make it readable again. -1 after the connection ended.
 */
int idcard_client_fd(const idcard_client *c);

/* The release of the daemon, "1.0.0". Belongs to the handle. */
const char *idcard_client_release(const idcard_client *c);

/* ---- Identities from the daemon ----------------------------------------------------------- */

/*
 * The portrait: none; the 1024 bytes as they are on the card; or decoded, 102 x 126 pixels, 24
 * bits, by the library of the reader's maker if the administrator configured it. docs/protocol.md,
 * "Payload of a read".
 */
enum idcard_portrait {
	IDCARD_PORTRAIT_NONE = 0,
	IDCARD_PORTRAIT_WLT = 1,
	IDCARD_PORTRAIT_JPEG = 2,
	IDCARD_PORTRAIT_BMP = 3,
};

/*
 * What to ask for, besides what every card gives. NULL, or all 0 behind the size: nothing.
 *
 *	struct idcard_options o = { .size = sizeof(o), .portrait = IDCARD_PORTRAIT_JPEG };
 *
 * The size tells the library which members its caller knows; an older program leaves out the new
 * ones, and a newer program that asks an older library for what it does not know gets -E2BIG. That
 * is chosen over a function for each option because it is initialised in one line, copied by
 * assignment and needs nobody to free it, and over flags because some members are numbers.
 */
struct idcard_options {
	size_t size;			/* sizeof(struct idcard_options) */
	int portrait;			/* enum idcard_portrait */
	unsigned int portrait_scale;	/* JPEG, BMP: 1 to 4 times as many pixels; 0 is 1 */
	int fingerprint;		/* not 0: fingerprints too, if reader and card have them */
	int new_address;		/* not 0: the appended addresses too; one command more */
	int map_private_use;		/* not 0: today's characters for those of a special font */
	int repeat;			/* not 0: a card left on the reader again about each second;
					 * idcard_watch() only */
};

/*
 * From now on have every card, and every entry by hand, that comes from any reader. Only asks: the
 * watch is in force with the daemon's reply, which idcard_next() takes. A card that lies on a
 * reader then is read if nobody had it yet. Called again it changes the options.
 *	-EINVAL			an option has no such value
 *	-E2BIG			an option that this library does not know
 *	-EPIPE			the daemon is gone
 *	-ENOBUFS, -ENOMEM
 */
int idcard_watch(idcard_client *c, const struct idcard_options *options);

/* No more cards. What came and was not yet taken is dropped. Errors as above. */
int idcard_unwatch(idcard_client *c);

/*
 * While watching: the next identity, or the next error. Waits at most @timeout_ms (-1: for ever, 0:
 * not at all). Each placement of a card gives exactly one of both.
 *	1		*@ret is an identity, to be freed by idcard_identity_free()
 *	0		nothing in that time
 *	-EPIPE		the daemon is gone: close, and open again later
 *	-EMSGSIZE	it sent a line longer than 1 MiB; as -EPIPE
 *	-EBADMSG	it sent a damaged line: no identity came of it
 *	-EPROTO		its identity is of another schema
 *	-EINVAL		idcard_watch() was not called
 *	-ENOMEM
 * With every other negative errno, and wherever idcard_client_error_code() is not NULL, it is an
 * error of card, reader or request: show the message, and call again for what comes next.
 */
int idcard_next(idcard_client *c, int timeout_ms, idcard_identity **ret);

/*
 * One card, the next one: also one that lies there already, unless it was read before; then it must
 * be lifted and placed again. Waits at most @timeout_ms for it (-1: for ever; less than 100 counts
 * as 100), and for the reading of it.
 *	0		*@ret is its identity, to be freed by idcard_identity_free()
 *	-ETIMEDOUT	no card was placed ("timed-out"), or the reader is silent
 *	-ENODEV		no reader is connected ("no-reader"), or it was unplugged
 *	-EBUSY		this handle watches: use idcard_next(); or another program has the reader
 *	-EIO, -EACCES, -EBADMSG, -EPROTOTYPE and others	an error of card or reader
 *	-ECONNREFUSED	the daemon does not answer; the connection was ended
 *	-EPIPE		the daemon is gone
 *	-EINVAL, -E2BIG, -EMSGSIZE, -EPROTO, -ENOBUFS, -ENOMEM	as above
 * idcard_client_error_code() tells which error it is.
 */
int idcard_read(idcard_client *c, const struct idcard_options *options, int timeout_ms,
		idcard_identity **ret);

/*
 * The error that the last idcard_next() or idcard_read() returned, as a stable word of
 * docs/socket.md, "Errors": "card-removed". NULL if it was none of these. Until the next such call.
 */
const char *idcard_client_error_code(const idcard_client *c);

/* The same as a sentence for people, what happened and what to do; Chinese if @chinese is not 0. */
const char *idcard_client_error_message(const idcard_client *c, int chinese);

/* The sentence of a stable word. NULL if this library does not know the word. Static. */
const char *idcard_message(const char *code, int chinese);

/* ---- What an identity says ---------------------------------------------------------------- */

/* Wipes and frees it, with all that it showed. Returns NULL. NULL is fine. */
idcard_identity *idcard_identity_free(idcard_identity *identity);

/* The whole line of JSON, an object of docs/socket.md, "IDENTITY, schema 1". Without newline. */
const char *idcard_identity_json(const idcard_identity *identity);

/*
 * The text at @path: a key of that object, keys and indexes (from 0) parted by "." for what is
 * inside of others. NULL if the card has no such field, or it is no text. Belongs to the identity.
 * A newer daemon's fields are found too.
 *
 *	source			card; manual, mrz, qr (entries)
 *	time			RFC 3339, of the daemon's clock, with its offset from UTC
 *	reader.name		the socket that the reader is plugged into, "usb-1-2"
 *	reader.sam_id		the reader's security module, 4 groups of digits; docs/protocol.md,
 *				"The SAM id"
 *	card_type		resident, foreigner (edition 2017), foreigner_2023, hmt_permit
 *				(Hong Kong, Macau, Taiwan), passport; docs/protocol.md, "The text block"
 *	name			at most 15 characters; foreigners: the Chinese one, if there is one
 *	name_latin		foreigners, passports: "SURNAME, GIVEN NAMES"; a long one is cut by
 *				the card
 *	sex			male, female, unknown; by GB/T 2261.1
 *	sex_code		as on the card, "0", "1", "2", "9"; GB/T 2261.1
 *	ethnicity		resident: "汉"; GB/T 3304
 *	ethnicity_code		two digits; GB/T 3304
 *	nationality		three letters; GB/T 2659 (ISO 3166-1 alpha-3), ICAO 9303 part 3
 *	birth_date		YYYY-MM-DD: idcard_identity_date()
 *	address			at most 35 characters, as on the card: parts are not separated
 *	new_address.0 ...	what was appended to the card after moving, oldest first
 *	id_number		18 characters, GB 11643, X upper case; foreigner: 15;
 *				docs/protocol.md, "Numbers"
 *	former_number		foreigner_2023: the number of the card before, rebuilt
 *	passport_number		as in the machine-readable zone, without fillers; ICAO 9303
 *	permit_number		hmt_permit: the number of the travel permit
 *	authority		who issued it
 *	valid_from, valid_until	YYYY-MM-DD; no valid_until if valid_long_term
 *	warnings.0 ...		what does not check, stable words: docs/socket.md, "Warnings"
 *	portrait.status		ok: decoded; no-decoder (also if wlt was asked for), decoder-error:
 *				portrait.data is the raw block; bad-block; off: not asked for
 *	portrait.format		jpeg, bmp, wlt: what portrait.data is
 *	portrait.reason		with decoder-error, a stable word
 *	fingerprints.0.finger	right_thumb ... left_little, and others; fingerprints.0.result
 */
const char *idcard_identity_get(const idcard_identity *identity, const char *path);

/*
 * id_number_valid (every check of the number passes), valid_long_term, expired (by the daemon's
 * clock): 1 or 0. -ENODATA if the card has no such field, or it is none of these two.
 */
int idcard_identity_boolean(const idcard_identity *identity, const char *path);

/*
 * seq (counts the identities of one run of the daemon, from 1), issue_count,
 * fingerprints.0.finger_code, fingerprints.0.quality (0 unknown, 1 to 100). -ENODATA, -ERANGE.
 */
int idcard_identity_integer(const idcard_identity *identity, const char *path, int64_t *ret);

/* A day of the Gregorian calendar: year 1 to 9999, month 1 to 12, day 1 to 31. Year 0: none. */
struct idcard_date {
	int year, month, day;
};

/* birth_date, valid_from, valid_until. -ENODATA if there is none, -EBADMSG if it is no date. */
int idcard_identity_date(const idcard_identity *identity, const char *path,
			 struct idcard_date *ret);

/* How many warnings, new_address, fingerprints there are; 0 if there is no such list. */
size_t idcard_identity_count(const idcard_identity *identity, const char *path);

/* Is @word among the warnings? 1 or 0. */
int idcard_identity_warned(const idcard_identity *identity, const char *word);

/*
 * portrait.data: by portrait.format a file of that kind, or the 1024 bytes of the card.
 * fingerprints.0.data: 512 bytes, docs/protocol.md, "Payload of a read"; the template in it is
 * opaque. Decoded from base64; *@ret_size is in bytes. NULL if there is none. Belongs to the
 * identity.
 */
const void *idcard_identity_bytes(const idcard_identity *identity, const char *path,
				  size_t *ret_size);

/* ---- Identities without the daemon -------------------------------------------------------- */

/*
 * What a program has that read a card by other means. docs/protocol.md, "The text block" and
 * "Payload of a read". The size is that of the struct, as with struct idcard_options.
 */
struct idcard_raw {
	size_t size;			/* sizeof(struct idcard_raw) */
	const void *text;		/* 256 bytes, UTF-16LE */
	const void *portrait;		/* 1024 bytes, or NULL; comes out as format wlt */
	const void *fingerprints;	/* or NULL */
	size_t fingerprints_size;	/* 0, 512 or 1024 */
	const void *addresses;		/* UTF-16LE, 70 bytes each, or NULL */
	size_t addresses_size;		/* 0, 70, 140, 210 or 280 */
	int map_private_use;		/* not 0: today's characters for those of a special font */
	int reserved;			/* 0 */
};

/*
 * The identity in raw bytes, as the daemon would give it; with seq 0, and without reader. What does
 * not check is in its warnings: bytes that are no card's give an identity too, with many of these.
 * The date of today is that of this machine. -EINVAL (a size that no card has), -E2BIG, -ENOMEM.
 */
int idcard_decode(const struct idcard_raw *raw, idcard_identity **ret);

/*
 * The identity in an entry: an ID number, a passport number followed by its check digit, or the MRZ
 * of a passport; lower case, full-width characters, and in numbers spaces and hyphens are brought
 * into form. Errors as of idcard_number_parse(); besides -ENOMEM.
 */
int idcard_decode_entry(const char *text, idcard_identity **ret);

/* ---- Numbers ------------------------------------------------------------------------------ */

/*
 * Functions below that judge something give 0, or
 *	-EINVAL		it is not of that form, or an argument is NULL	"entry-unknown"
 *	-EBADMSG	a check digit does not fit			"entry-checksum"
 *	-EDOM		a date does not exist, or lies in the future	"entry-date"
 *	-ENXIO		the region does not exist			"entry-region"
 * This is the word for such an error, for idcard_message(); NULL for any other number. Static.
 */
const char *idcard_number_error(int error);

/* Who is given a number of this form. docs/protocol.md, "Numbers". */
enum idcard_number_kind {
	IDCARD_NUMBER_RESIDENT = 0,		/* 18 characters, GB 11643 */
	IDCARD_NUMBER_PERMIT = 1,		/* 18; begins with 81, 82, 83 and 0000 */
	IDCARD_NUMBER_FOREIGNER_2023 = 2,	/* 18; begins with 9 */
	IDCARD_NUMBER_FOREIGNER = 3,		/* 15: 3 letters, 12 digits */
};

struct idcard_number {
	int kind;			/* enum idcard_number_kind */
	char sex;			/* 'M' or 'F' (GB 11643: the 17th digit is odd for men);
					 * 0: the number does not tell, as with foreigners */
	char region[8];			/* first six: GB/T 2260 for residents, of the place where
					 * the number was given; foreigners: 9, province, country;
					 * edition 2017: country and the first digits */
	struct idcard_date birth;	/* year 0 if it has no century (edition 2017) */
	uint32_t reserved[4];		/* 0 */
};

/*
 * Judges @number, exactly as it is printed: ASCII, X upper case. The region is judged by its first
 * two digits (GB/T 2260), because codes change and stay on cards for life.
 */
int idcard_number_parse(const char *number, struct idcard_number *ret);

/*
 * The check digit of GB 11643 (ISO 7064, MOD 11-2) over the first 17 characters at @number, which
 * must be digits: '0' to '9' or 'X', or 0 if one is none. Reads no further than 17.
 */
char idcard_number_check_digit(const char *number);

/*
 * The 18 characters of what was a resident's number of 15 digits until 1999, with NUL in @ret.
 * Such a number has no check digit: a mistyped one gives another, seemingly good, number. For
 * searching old files, never for telling who somebody is. -EINVAL, -EDOM (also the sequences 996
 * to 999, given to those born before 1900), -ENXIO.
 */
int idcard_number_from_15(const char *old, char ret[19]);

/*
 * The number of the card of edition 2017 that a foreigner had before: @number is that of the card
 * of 2023 and checks, @nationality three letters, @association the three digits of the card that
 * link both. docs/protocol.md, "Numbers". 0 and *@ret with NUL, or -EINVAL.
 */
int idcard_number_rebuild_former(const char *number, const char *nationality,
				 const char *association, char ret[16]);

/*
 * For a person to compare with the card, never to be taken by itself: the one number that checks
 * and that @number becomes when letters that look like digits (O 0, I 1, Z 2, A 4, S 5, G 6, T 7,
 * B 8) are read as those, in the three letters of the country the reverse. At most three
 * characters. 0 and *@ret with NUL, 18 or 15 characters; -ENOENT if @number is right or no reading
 * is; -ENOTUNIQ if several are.
 */
int idcard_number_suggest(const char *number, char ret[19]);

/*
 * The check digit of ICAO 9303 part 3 (weights 7, 3, 1) over @size characters: '0' to '9', or 0 if
 * there is another character than 0-9, A-Z and '<'.
 */
char idcard_mrz_check_digit(const char *text, size_t size);

/*
 * A passport number, six to nine characters of 0-9 and A-Z, one of them a digit, and its check
 * digit as in the machine-readable zone (ICAO 9303 part 4). 0, -EINVAL, -EBADMSG.
 */
int idcard_passport_check(const char *number, char check);

/* What a machine-readable zone says; fillers are removed. ICAO 9303 parts 3 to 6. */
struct idcard_mrz {
	char document[4];		/* "P", "PD", "I"; "" if only the second line was given */
	char issuer[4];			/* as printed: "CHN", "D"; "" likewise */
	char surname[44];		/* names: A-Z and spaces; "" likewise */
	char given_names[44];		/* "" if there are none */
	char number[24];		/* of the document; a long one of TD1, TD2 put together */
	char nationality[4];		/* as printed; GB/T 2659 with the exceptions of part 3 */
	char sex;			/* 'M', 'F'; 0: not stated */
	struct idcard_date birth;	/* the latest century that is not after today; year 0 if
					 * day, month or year are unknown */
	struct idcard_date expiry;	/* the latest century at most 50 years from today */
	uint32_t reserved[16];		/* 0 */
};

/*
 * Judges the lines as typed or scanned: TD3 (passport, 2 x 44, in either order, split by white
 * space or run together, or the second alone), TD2 (2 x 36), TD1 (3 x 30). All check digits count.
 * Lower case is accepted, nothing else is repaired. 0, -EINVAL (no MRZ at all), -EBADMSG (a check
 * digit is wrong, or sex or nationality hold what cannot stand there), -EDOM.
 */
int idcard_mrz_parse(const char *text, struct idcard_mrz *ret);

#define IDCARD_MRZ_SUGGEST_SIZE 93	/* the longest lines with their newlines and NUL */

/*
 * For a person to compare with the document, never to be taken by itself: the one reading that
 * idcard_mrz_parse() takes and that the classic misreadings explain (those of
 * idcard_number_suggest(); K for a filler). A wrong letter in a name has no check digit and is not
 * found. 0 and the lines in *@ret, split by newlines, upper case, NUL at the end; -ENOENT if @text
 * is right or no reading is; -ENOTUNIQ if several are; -ENOBUFS (@size below
 * IDCARD_MRZ_SUGGEST_SIZE).
 */
int idcard_mrz_suggest(const char *text, char *ret, size_t size);

/* ---- The wire ----------------------------------------------------------------------------- */

/*
 * For what has no function above: lines of docs/socket.md as they are. Ids of requests that begin
 * with "libidcard-" are the library's. Do not mix both on one handle: idcard_next() and
 * idcard_read() drop the lines that they do not want, idcard_client_receive() takes theirs away.
 */

/* Queue and send one line (@json without the newline). -EPIPE when the daemon is gone. */
int idcard_client_send(idcard_client *c, const char *json);

/*
 * The next line, without its newline. Waits at most @timeout_ms (-1: for ever, 0: not at all).
 * 1 and *@ret, valid until the next call and wiped by it; 0 when there is none in time;
 * -EPIPE when the daemon closed; -EMSGSIZE when a line is longer than 1 MiB.
 */
int idcard_client_receive(idcard_client *c, int timeout_ms, const char **ret);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
