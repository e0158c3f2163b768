#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every file names its licence in its first three lines, the one its folder has, and its text is in LICENSES/.
. "$(dirname "$0")/lib.sh"

# Files that cannot or need not: licence texts, the package's own statement of licences, files whose
# format leaves no room for a comment, and input data of tests.
exempt='^(LICENSES/|debian/(changelog|copyright|source/format)$|tests/.*/corpus/|.*\.(json|bin|png|jpe?g)$)'

# The licences that may stand in a file, one a line.
allowed()
{
	case $1 in
	driver/uapi/*)	echo 'GPL-2.0 WITH Linux-syscall-note' ;;
	# Used to build and install, no part of the module.
	driver/rules.mk | driver/dkms) echo 'GPL-2.0-or-later' ;;
	# The second: headers that are compiled into the module and into programs.
	driver/*.h)	printf '%s\n' 'GPL-2.0-only' 'GPL-2.0-only OR LGPL-2.1-or-later' ;;
	driver/* | Kbuild | tests/kunit/*.[ch] | tests/kunit/Kbuild) echo 'GPL-2.0-only' ;;
	# AppStream takes only what everybody may copy into a catalogue.
	*.metainfo.xml)	echo 'FSFAP' ;;
	userspace/lib/* | userspace/compat/*) echo 'LGPL-2.1-or-later' ;;
	*)		echo 'GPL-2.0-or-later' ;;
	esac
}

files=$(lint_files .)
while IFS= read -r file; do
	[[ $file =~ $exempt ]] && continue
	id=$(head -n 3 "$file" | sed -n 's/^.*SPDX-License-Identifier: *\(.*\)$/\1/p' | head -n 1)
	id=${id%%\*/*}
	id=${id%%-->*}
	id=${id%"${id##*[![:space:]]}"}
	if [[ -z $id ]]; then
		complain "$file" "no SPDX-License-Identifier in the first three lines"
	elif ! allowed "$file" | grep -qxF "$id"; then
		complain "$file" "licence is '$id', here it must be $(allowed "$file" | paste -sd / -)"
	fi
done <<<"$files"

for text in FSFAP GPL-2.0-only GPL-2.0-or-later LGPL-2.1-or-later Linux-syscall-note; do
	[[ -s LICENSES/$text.txt ]] || complain "LICENSES/$text.txt" "missing"
done
exit "$bad"
