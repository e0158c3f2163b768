#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The local web service: name and number of one card, the next. Needs curl and jq.

service=${1:-http://127.0.0.1:17825}

# An IDENTITY, or an ERROR with a message that says what to do. It goes by pipes: arguments can be seen by everyone,
# and some shells keep a here-document in a file.
curl --silent --show-error --max-time 40 --json '{"timeout":30,"portrait":"none"}' "$service/v1/read" | jq -er '
	if .class == "IDENTITY" then
		"\(.name // .name_latin // "-") \(.id_number // .passport_number // "-")"
	else
		.message + "\n" | halt_error(1)
	end'
