#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# idcardctl read: name and number of one card, the next. Needs jq.

# What kind of failure it is, is said by the number: idcardctl(1), EXIT STATUS.
card=$(idcardctl --json --timeout 30 read)
status=$?

# By pipes: arguments can be seen by everyone, and some shells keep a here-document in a file.
if [ "$status" -ne 0 ]; then
	printf '%s\n' "$card" | jq -r .message >&2
	exit "$status"
fi
printf '%s\n' "$card" | jq -r '"\(.name // .name_latin // "-") \(.id_number // .passport_number // "-")"'
