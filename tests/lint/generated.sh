#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The table of readers is well formed, and what is kept in the tree of what is made from it is current. The one line that
# docs/contributing.md shows is all that a new reader needs.
. "$(dirname "$0")/lib.sh"

said=$(make -s check-devices 2>&1) || die "$said"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
line=$(sed -n '/^## Add a reader/,/^## /s/^\(1234 abcd .*\)/\1/p' docs/contributing.md)
[[ $line ]] || die "docs/contributing.md shows no line of a new reader"
awk -v line="$line" '/^[0-9a-f]/ && !done && $1 " " $2 > line { print line; done = 1 } { print }' driver/devices.tbl >"$dir/devices.tbl"
for output in check kernel udev hwdb docs doctor; do
	said=$(awk -v make="$output" -f driver/gen-devices.awk "$dir/devices.tbl" 2>&1) || die "$output: $said"
	[[ $output == check ]] || grep -qi '1234.*abcd' <<<"$said" || complain docs/contributing.md "the new reader is not in what is made for $output"
done
exit "$bad"
