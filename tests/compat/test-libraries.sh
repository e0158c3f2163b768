#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the vendor libraries show to a program, and what they leave to it. Usage: test-libraries.sh FOLDER
# shellcheck disable=SC2317 # the functions are called by check
set -uo pipefail

folder=$1
headers=userspace/compat
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
status=0

# check NAME COMMAND…: what a failing command says comes below "not ok".
check()
{
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		echo "ok compat: $name"
	else
		echo "not ok compat: $name"
		echo "# ${said//$'\n'/$'\n# '}"
		status=1
	fi
}

# declared HEADER…: the names of the functions in them.
declared()
{
	local header
	for header; do
		${CC:-gcc} -E -P "$headers/$header"
	done | tr '\n' ' ' | tr ';' '\n' | sed -nE 's/^.*[ *]([A-Za-z_0-9]+)\(.*$/\1/p' | LC_ALL=C sort -u
}

# exports LIBRARY HEADER…: what is declared and nothing else; without versions, which vendors do not have.
exports()
{
	local library=$1
	shift
	declared "$@" >"$dir/declared"
	nm -D --defined-only "$folder/$library.so" | awk '{ print $NF }' | LC_ALL=C sort >"$dir/exported"
	[[ -s $dir/declared ]] && diff "$dir/declared" "$dir/exported"
}

# listed FILE HEADER: the prototypes that the tests call are those of the header.
listed()
{
	sed -nE 's/^\tX\(([A-Za-z_0-9]+), .*/\1/p; s/^\tX\(([A-Za-z_0-9]+),  *\\$/\1/p' "$1" | LC_ALL=C sort -u >"$dir/listed"
	declared "$2" | diff - "$dir/listed"
}

# Signals, threads, limits, locale, environment, folder, mask, output and end of a process are the program's.
imports()
{
	nm -D --undefined-only "$1" | sed 's/^ *[Uw] //; s/@.*//' >"$dir/imports"
	grep -qx connect "$dir/imports" || { echo "nothing found"; return 1; }
	! grep -E '^(json_.*|signal|sigaction|pthread_create|thrd_.*|v?fork|posix_spawn.*|mlockall|prctl|setrlimit|setlocale|exit|_exit|abort|f?puts|v?printf|__printf_chk|fopen|syslog|setenv|putenv|chdir|umask|alarm|setitimer|dlopen)$' \
		"$dir/imports"
}

# A name of its own, no version, nothing but the C library and inih, and its own functions before those of others.
linked()
{
	local library=$folder/$1.so
	readelf -dW "$library" >"$dir/dynamic"
	grep -qF "[$1.so]" "$dir/dynamic" || { echo "another soname"; return 1; }
	grep NEEDED "$dir/dynamic" | grep -vE '\[(libc\.so\.6|libinih\.so\.1|libpthread\.so\.0|ld-linux.*)\]' && return 1
	grep -q 'FLAGS.*SYMBOLIC' "$dir/dynamic" || { echo "not bound to its own functions"; return 1; }
	grep -qE 'FLAGS.*NOW' "$dir/dynamic" || { echo "bound lazily"; return 1; }
	grep -E 'TEXTREL|RPATH|RUNPATH' "$dir/dynamic" && return 1
	readelf -VW "$library" | grep 'Version definition' && return 1
	readelf -lW "$library" | grep -q GNU_RELRO && readelf -lW "$library" | grep -qE 'GNU_STACK.* RW '
}

# compiles COMPILER SUFFIX HEADER…
compiles()
{
	local compiler=$1 suffix=$2
	shift 2
	{ printf '#include "%s"\n' "$@"; echo 'int main(void) { return 0; }'; } >"$dir/try.$suffix"
	# shellcheck disable=SC2086 # a compiler and its options
	$compiler -Wall -Wextra -Wpedantic -Werror -I"$headers" -c -o "$dir/try.o" "$dir/try.$suffix"
}

cxx=clang++
! command -v g++ >/dev/null || cxx=g++

check "libsdtapi exports sdtapi.h" exports libsdtapi sdtapi.h
check "libwltrs exports wltrs.h" exports libwltrs wltrs.h
check "libtermb exports its headers" exports libtermb termb.h termb-hisign.h
check "libtermb-hisign exports its headers" exports libtermb-hisign termb.h termb-hisign.h
check "each function of sdtapi.h is tested" listed tests/compat/sdt.h sdtapi.h
check "each function of wltrs.h is tested" listed tests/compat/test-wltrs.c wltrs.h
for library in libsdtapi libwltrs libtermb libtermb-hisign; do
	check "$library leaves the process alone" imports "$folder/$library.so"
	check "$library is linked as vendors' are" linked "$library"
done
for header in sdtapi.h wltrs.h termb.h termb-hisign.h; do
	check "$header in C89" compiles "${CC:-gcc} -std=c89" c "$header"
	check "$header in C++98" compiles "$cxx -std=c++98" cc "$header"
done
exit $status
