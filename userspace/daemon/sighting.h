/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sighting: a card or an entry on its way to the clients. Made once, rendered for each client as it
 * asked. All that the hub knows of identities.
 */
#ifndef IDCARDD_SIGHTING_H
#define IDCARDD_SIGHTING_H

#include <stdbool.h>
#include <stddef.h>

#include "decoder.h"
#include "identity.h"

struct sighting;

/*
 * Copies @identity and @envelope with its strings. @before may be NULL, or an earlier sighting of
 * the same placement: its picture serves again if it is of the very same block.
 */
int sighting_new(const struct identity *identity, const struct identity_envelope *envelope,
		 struct decoder *decoder, const struct sighting *before, struct sighting **ret);
struct sighting *sighting_ref(struct sighting *s);
struct sighting *sighting_unref(struct sighting *s);

/*
 * Is all there that @options need? If it is the picture that is not, sighting_prepare() has it
 * decoded; it may be there at once. The decoder tells when it is.
 */
bool sighting_ready(const struct sighting *s, const struct identity_options *options);
void sighting_prepare(struct sighting *s);

/*
 * The IDENTITY as one line of JSON, without a newline, in secret memory (secret_free()). @id: of
 * the request that it answers, as JSON, or NULL. A picture that is not there is a fault of the
 * decoder.
 */
int sighting_write(const struct sighting *s, const struct identity_options *options,
		   const char *id, char **ret, size_t *ret_size);

/* A DECODE with its portrait alone, as @options want it; in the same way. */
int sighting_write_portrait(const struct sighting *s, const struct identity_options *options,
			    const char *id, char **ret, size_t *ret_size);

#endif
