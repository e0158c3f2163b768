#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# /dev/idcard: name and number of each card. Needs jq.

node=${1:-/dev/idcard}

# It does not end when the reader is unplugged or the daemon starts anew.
while [ -r "$node" ]; do
	jq --unbuffered -r '"\(.name // .name_latin // "-") \(.id_number // .passport_number // "-")"' <"$node"
	sleep 1
done
echo "$node cannot be read. Plug in the reader, and look at: idcardctl doctor" >&2
exit 1
