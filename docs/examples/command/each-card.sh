#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What idcardctl watch --exec ./each-card.sh runs for each card: name and number. Needs jq.

# The card is one line of JSON on standard input, and nowhere else.
exec jq -r '"\(.name // .name_latin // "-") \(.id_number // .passport_number // "-")"'
