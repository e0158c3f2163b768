#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is installed is in the manual: each program and each function of the library can be looked up by its name,
# each unit and each file of the configuration is spoken of, and what leads to a page, or to a section of one,
# leads somewhere.
. "$(dirname "$0")/lib.sh"

pages=$(lint_files '^docs/man/.*\.[1-8]$')
mapfile -t pages <<<"$pages"
said=$(make -s lint-installed 2>&1) || die "$said"
places=$(awk -F: '{ print $NF }' <<<"$said")

# found REGEX: the last parts of those places.
found()
{
	grep -E "$1" <<<"$places" | sed 's,.*/,,' || die "nothing that is installed matches $1"
}

has()
{
	grep -qE "$1" <<<"$places"
}

programs=$(found '/s?bin/[^/]+$')
for program in $programs; do
	has "/man[18]/$program\.[18]\$" || complain "$program" 'has no manual page'
done

units=$(found '/systemd/(system|user)/[^/]+\.(service|socket)$')
for unit in $units; do
	grep -qF "$unit" "${pages[@]}" || complain "$unit" 'is in no manual page'
done

functions=$(sed -n 's/^\t\(idcard_[a-z0-9_]*\);$/\1/p' userspace/lib/libidcard.map)
[[ -n $functions ]] || die 'no function in userspace/lib/libidcard.map'
for function in $functions; do
	has "/man3/$function\.3\$" || complain "$function" 'cannot be looked up: it is in no NAME of section 3'
done

sources=$(lint_files '^userspace/.*\.[ch]$')
# shellcheck disable=SC2086 # names of ours, without blanks
files=$(grep -hoE '/etc/idcard/[a-z]+\.(conf|d)' "${pages[@]}" $sources | LC_ALL=C sort -u)
for file in $files; do
	grep -qF "$file" docs/man/idcard.conf.5 || complain docs/man/idcard.conf.5 "does not lead to $file"
done

# Pages that are ours by their name.
for page in "${pages[@]}"; do
	while read -r name section; do
		[[ $name =~ ^(lib)?idcard || $name =~ ^(compat|portrait|scanner|web|wedge)\.conf$ ]] || continue
		[[ $name.$section == idcard-sim.1 ]] || has "/man$section/$name\.$section\$" ||
			complain "$page" "leads to $name($section), which there is not"
	done < <(sed -n 's/^\.Xr \([^ ]*\) \([1-8]\).*/\1 \2/p' "$page")
done

# Where a program sends people: "man 4 idcard, Secure Boot". In Chinese the comma is another.
sent=0
# shellcheck disable=SC2086
leads=$(grep -hoE 'man [1-8] [a-z.-]+(,|,) ?[A-Z][a-z]+( [A-Z][a-z]+)*' $sources driver/dkms |
	sed -E 's/^man //; s/(,|,) ?/ /')
while read -r section name title; do
	sent=$((sent + 1))
	grep -qxE "\.S[hs] $title" "docs/man/$name.$section" || complain "docs/man/$name.$section" "has no section $title"
done <<<"$leads"
((sent >= 3)) || die "only $sent places found that lead to a section of a manual page"
exit "$bad"
