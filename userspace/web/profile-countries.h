/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Countries by their code, for the services that give a foreigner's country in words. */
#ifndef IDCARD_WEB_PROFILE_COUNTRIES_H
#define IDCARD_WEB_PROFILE_COUNTRIES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The Chinese short name for three letters of ISO 3166-1. False: no such code, or @size is too
 * small.
 */
bool country_name(const char *code, char *ret, size_t size);

#endif
