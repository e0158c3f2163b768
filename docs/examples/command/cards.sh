#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# idcardctl watch: name and number of each card, and errors. Needs jq.

while :; do
	idcardctl --json watch | jq --unbuffered -r '
		if .class == "IDENTITY" then
			"\(.name // .name_latin // "-") \(.id_number // .passport_number // "-")"
		elif .class == "ERROR" then
			"! \(.message)"
		else
			empty
		end'
	sleep 1
done
