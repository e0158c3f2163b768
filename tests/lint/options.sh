#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A program's --help and its manual page name the same options.
. "$(dirname "$0")/lib.sh"
need mandoc mandoc

# What systemctl takes is another program's.
long_options()
{
	sed 's/.\x08//g; /systemctl/d' | grep -oE '(^|[^-a-z])--[a-z][a-z-]*' | sed 's/^[^-]//' | LC_ALL=C sort -u
}

bad=0
pages=$(lint_files '^docs/man/idcard(d|ctl|-[a-z]+)\.[18]$')
while IFS= read -r page; do
	name=$(basename "${page%.*}")
	case $name in
	idcard-sim) programs=(build/tests/idcard-sim build/tests/sim) ;;
	*) programs=("build/$name") ;;
	esac
	said=$(make -s "${programs[@]}" 2>&1) || die "$said"
	if ! diff <(for program in "${programs[@]}"; do LC_ALL=C "$program" --help; done | long_options) \
			<(mandoc -Tascii "$page" | long_options); then
		printf '%s: other options than %s --help\n' "$page" "${programs[*]}"
		bad=1
	fi
done <<<"$pages"
exit "$bad"
