#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The udev rules: each line a list of KEY operator "value" with keys that udev has, labels that exist, nothing for
# everyone, and a name that sorts before 73-seat-late.rules, where TAG+="uaccess" takes effect. (udevadm of systemd
# 252 has no verify.)
. "$(dirname "$0")/lib.sh"

matches='ACTION|DEVPATH|KERNELS?|NAME|SYMLINK|SUBSYSTEMS?|DRIVERS?|TAGS?|TEST|RESULT'
assigns='OWNER|GROUP|MODE|LABEL|GOTO|OPTIONS'
with='ATTRS?|ENV|PROGRAM|IMPORT|RUN|SYSCTL|CONST'
item="($matches|$assigns|($with)\{[A-Za-z0-9_/:.-]+\})(==|!=|=|\+=|-=|:=)\"[^\"]*\""

files=$(lint_files '^udev-rules/.*\.rules(\.in)?$')
while IFS= read -r file; do
	[[ $(basename "$file") < 73- ]] || complain "$file" "must sort before 73-seat-late.rules"
	# What the table of readers becomes is checked with the rest.
	rules=$(sed -e '/^@DEVICES@$/{' -e 'r /dev/stdin' -e 'd' -e '}' "$file" \
		< <(awk -v make=udev -f driver/gen-devices.awk driver/devices.tbl))
	line_no=0
	while IFS= read -r line; do
		line_no=$((line_no + 1))
		[[ -z $line || $line == \#* ]] && continue
		[[ $line =~ ^($item)(,\ $item)*$ ]] || complain "$file" "not understood: $line"
		[[ $line =~ MODE=\"0?[0-7]{2}[1-7]\" ]] && complain "$file" "open to everyone: $line"
		if [[ $line =~ GOTO=\"([^\"]+)\" ]]; then
			grep -qxF "LABEL=\"${BASH_REMATCH[1]}\"" <<<"$rules" || complain "$file" "no such label: $line"
		fi
	done <<<"$rules"
	((line_no > 10)) || complain "$file" "hardly any rules"
done <<<"$files"
exit "$bad"
