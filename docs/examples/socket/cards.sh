#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The daemon's socket: name and number of each card, and errors. Needs jq and nc (netcat-openbsd).

path=${IDCARD_SOCKET:-/run/idcard/socket}

# nc goes on listening when it has sent the one request.
while :; do
	echo '{"class":"WATCH"}' | nc -U "$path" | jq --unbuffered -r '
		if .class == "IDENTITY" then
			"\(.name // .name_latin // "-") \(.id_number // .passport_number // "-")"
		elif .class == "ERROR" then
			"! \(.message)"
		else
			empty
		end'
	echo "$path: no daemon; trying again" >&2
	sleep 1
done
