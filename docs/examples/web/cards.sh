#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The local web service: name and number of each card, and errors. Needs curl and jq.

service=${1:-http://127.0.0.1:17825}

# Events, without an end: each "data:" is one object.
while :; do
	curl --silent --show-error --no-buffer "$service/v1/events" | sed -un 's/^data: //p' | jq --unbuffered -r '
		if .class == "IDENTITY" then
			"\(.name // .name_latin // "-") \(.id_number // .passport_number // "-")"
		elif .class == "ERROR" then
			"! \(.message)"
		else
			empty
		end'
	sleep 1
done
