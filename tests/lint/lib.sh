# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the checks of this folder share. A check says nothing and ends with 0, or prints what is wrong,
# one line each, and ends with 1. It never passes because there was nothing to look at.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Used by the checks that source this file: where downloads are kept, and the folders of our headers.
# shellcheck disable=SC2034
lint_cache=${IDCARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/idcard}
# shellcheck disable=SC2034
lint_includes=$(sed -n 's/^INCLUDES *:= *//p' Makefile)

die()
{
	printf '%s\n' "$*" >&2
	exit 1
}

# complain WHERE WHAT: says what is wrong; the check ends with "exit $bad".
bad=0
complain()
{
	printf '%s: %s\n' "$1" "$2"
	# shellcheck disable=SC2034
	bad=1
}

# need PROGRAM PACKAGE
need()
{
	command -v "$1" >/dev/null || die "the program $1 is missing; install it with: apt-get install $2"
}

# Files of the tree, one a line: what git knows or would add; without git all but what is built.
lint_tree()
{
	if [[ -e .git ]]; then
		git -c safe.directory="$PWD" ls-files --cached --others --exclude-standard
	else
		find . \( -path ./build -o -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' -o \
			-name '.*.cmd' -o -name Module.symvers -o -name modules.order \) -prune -o \
			-type f -printf '%P\n'
	fi | while IFS= read -r file; do
		if [[ -f $file ]]; then
			printf '%s\n' "$file"
		fi
	done | LC_ALL=C sort -u
}

# lint_files REGEX: those whose path matches; finding none is an error. Not in <(...), where the error is lost.
lint_files()
{
	lint_tree | grep -E "$1" || die "no file matches $1"
}

# lint_compiled one|all: what is compiled and how: see tests/lint/compiled; and the examples, which are built by their
# tests from what is installed.
lint_compiled()
{
	tests/lint/compiled build "$@" && printf '%s -std=gnu11 -Iuserspace/lib -Iuserspace/compat\n' docs/examples/*/*.c
}

# lint_each COMPILER OPTION...: compiles each line of lint_compiled, as many at a time as there are processors.
lint_each()
{
	tr '\n' '\0' | xargs -0 -n 1 -P "$(nproc)" bash -c 'lint_one "$@"' lint_each "$@"
}

# lint_one COMPILER OPTION... LINE
lint_one()
{
	local line=${*: -1} flags
	eval "flags=(${line#* })"
	"${@:1:$#-1}" "${flags[@]}" -c -o /dev/null "${line%% *}"
}
export -f lint_one
