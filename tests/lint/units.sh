#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The units of systemd are well formed, and those of the system sandboxed to an exposure of 1.5 or better: the manager
# of a user's session, which has no rights itself, can do little of that. EXPOSURE=1 prints each figure.
. "$(dirname "$0")/lib.sh"
need systemd-analyze systemd

units=$(lint_files '^userspace/systemd/.*\.(service|socket)(\.in)?$')

# Checked in a copy: what they start need not be installed here.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while IFS= read -r file; do
	name=$(basename "$file" .in)
	sed -E 's!^(Exec[A-Za-z]+=[-+:@]*)[^ ]+!\1/bin/true!; s!@[A-Z_]+@!/bin/true!g' "$file" >"$work/$name"
done <<<"$units"

bad=0
said=$(systemd-analyze verify --man=no --recursive-errors=no "$work"/* 2>&1) || bad=1
# Where systemd is not running it says so; that is not about the units.
said=$(grep -v 'Failed to connect to bus\|^$' <<<"${said//"$work/"/}") || true
if [[ -n $said ]]; then
	printf '%s\n' "$said"
	bad=1
fi

for unit in "$work"/*.service; do
	[[ ! -e userspace/systemd/user/${unit##*/} ]] || continue
	[[ ! -e userspace/systemd/user/$(basename "$unit") ]] || continue
	# The threshold is ten times the exposure.
	if ! said=$(systemd-analyze security --offline=true --threshold=15 --no-pager "$unit" 2>&1); then
		grep -E 'Overall|✗' <<<"$said" || printf '%s\n' "$said"
		bad=1
	elif [[ ${EXPOSURE:-} ]]; then
		sed -nE 's/.*(Overall exposure level for [^:]*: [0-9.]+).*/\1/p' <<<"$said"
	fi
done
exit "$bad"
