#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What libidcard shows and needs. Usage: test-library.sh LIBRARY SOVERSION
# shellcheck disable=SC2317 # the functions are called by check
set -uo pipefail

library=$1 soversion=$2
header=userspace/lib/idcard.h
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
status=0

# check NAME COMMAND…: what a failing command says comes below "not ok".
check()
{
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		echo "ok library: $name"
	else
		echo "not ok library: $name"
		echo "# ${said//$'\n'/$'\n# '}"
		status=1
	fi
}

# Each function of the header is exported, with its version, and nothing else is.
exports()
{
	sed -nE 's/^\t(idcard_[a-z0-9_]+);$/\1/p' userspace/lib/libidcard.map | LC_ALL=C sort >"$dir/map"
	${CC:-gcc} -E -P "$header" | grep -oE '\bidcard_[a-z0-9_]+\(' | tr -d '(' | LC_ALL=C sort >"$dir/header"
	nm -D --defined-only "$library" | sed -nE 's/^[0-9a-f]+ T (.*)@@IDCARD_1$/\1/p' | LC_ALL=C sort >"$dir/exported"
	nm -D --defined-only "$library" | grep -vE ' T idcard_[a-z0-9_]+@@IDCARD_1$| A IDCARD_1$' && return 1
	[[ -s $dir/map ]] && diff "$dir/map" "$dir/exported" && diff "$dir/header" "$dir/exported"
}

# What a library must leave to its program: signals, threads, limits, the allocator of jansson, output, exit. It
# locks its own pages.
imports()
{
	nm -D --undefined-only "$library" | sed 's/^ *[Uw] //; s/@.*//' >"$dir/imports"
	grep -qx connect "$dir/imports" || { echo "nothing found"; return 1; }
	! grep -E '^(json_set_alloc_funcs|signal|sigaction|pthread_.*|thrd_.*|fork|mlockall|prctl|setrlimit|setlocale|exit|_exit|abort|f?puts|printf|fopen|syslog|setenv)$' \
		"$dir/imports"
}

# No variables: what is left, a pointer and a flag, is the compiler's. Tables are constant once they are loaded.
state()
{
	size -A "$library" | awk '$1 == ".data" || $1 == ".bss" { found++; size += $2 }
		END { if (found != 2 || size > 16) { print size " bytes"; exit 1 } }'
}

hardened()
{
	readelf -dW "$library" | grep -qE "SONAME.*\[libidcard\.so\.$soversion\]" || { echo "another soname"; return 1; }
	readelf -dW "$library" | grep -qE 'FLAGS.*NOW' || { echo "bound lazily"; return 1; }
	readelf -lW "$library" | grep -q GNU_RELRO || { echo "no relro"; return 1; }
	readelf -dW "$library" | grep -E 'TEXTREL|RPATH|RUNPATH' && return 1
	readelf -lW "$library" | grep -qE 'GNU_STACK.* RW '
}

# Any difference, also an addition: the reference is then to be looked at and made anew.
interface()
{
	tests/lib/abi.sh "$library" >"$dir/abi" || return 1
	grep -q "name='idcard_raw' size-in-bits" "$dir/abi" || { echo "no types: built without -g"; return 1; }
	abidiff --harmless tests/lib/libidcard.abi "$dir/abi" && return
	echo "The binary interface changed. If that is meant and compatible: make abi-update"
	return 1
}

no_paths()
{
	grep -q "path='userspace/lib/client.c'" tests/lib/libidcard.abi && ! grep -nE "='/|comp-dir" tests/lib/libidcard.abi
}

compiles()
{
	printf '#include "idcard.h"\n%s\n' "$2" >"$dir/try.$3"
	# shellcheck disable=SC2086 # a compiler and its options
	$1 -Wall -Wextra -Wpedantic -Werror -Iuserspace/lib -c -o "$dir/try.o" "$dir/try.$3"
}

in_c='int main(void) { struct idcard_options o = { .size = sizeof(o) }; return idcard_watch(NULL, &o); }'
# shellcheck disable=SC2016
in_cxx='int main() { idcard_identity *who = nullptr; struct idcard_options o = {}; o.size = sizeof(o);
	return idcard_read(nullptr, &o, 0, &who) + (idcard_identity_get(who, "name") == nullptr); }'
cxx=clang++
! command -v g++ >/dev/null || cxx=g++

check "exports what idcard.h declares" exports
check "leaves the process alone" imports
check "has no variables" state
check "hardened" hardened
check "same binary interface" interface
check "reference of no one machine" no_paths
check "header in C99" compiles "${CC:-gcc} -std=c99" "$in_c" c
check "header in C++11" compiles "$cxx -std=c++11" "$in_cxx" cc
# A name of C++ that is mangled would not be found.
check "names in C++" bash -c "nm '$dir/try.o' | grep -qx ' *U idcard_read'"
exit $status
