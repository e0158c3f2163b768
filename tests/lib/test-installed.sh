#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# libidcard as it is installed: files and links in a staged folder, the examples built and run from there against a
# stand-in for idcardd. Usage: test-installed.sh BUILD-FOLDER
set -uo pipefail

build=$1
# shellcheck source=tests/daemon/hub.sh
. "${0%/*}/../daemon/hub.sh"
stage=$dir/stage
prefix=/opt/idcard
libdir=$prefix/lib/some-arch
status=0
unset LC_ALL LC_MESSAGES PYTHONPATH
export LANG=C.UTF-8 IDCARD_SOCKET=$socket

result()
{
	if [[ $1 == 0 ]]; then
		echo "ok library: $2"
	else
		echo "not ok library: $2"
		echo "# ${3//$'\n'/$'\n# '}"
		status=1
	fi
}

# run NAME STATUS OUTPUT COMMAND…: what both examples must do, to the letter. A hang is a failure.
run()
{
	local name=$1 wanted=$2 output=$3 said code
	shift 3
	said=$(LD_LIBRARY_PATH=$stage$libdir timeout 30 "$@" 2>&1 </dev/null)
	code=$?
	[[ $code == "$wanted" && $said == "$output" ]]
	result $? "$name" "status $code: $said"
}

said=$(make -s install-files DESTDIR="$stage" PREFIX="$prefix" LIBDIR="$libdir" 2>&1)
result $? "staged install" "$said"

version=$(PKG_CONFIG_LIBDIR=$stage$libdir/pkgconfig pkg-config --modversion idcard)
said=$(cd "$stage$libdir" && readlink libidcard.so libidcard.so.1 && ls "libidcard.so.$version" pkgconfig/idcard.pc \
	../../include/idcard.h ../../share/doc/idcard/examples/library/read.{c,py} ../../share/man/man3/libidcard.3 2>&1)
[[ $? == 0 && $said == "libidcard.so.1"$'\n'"libidcard.so.$version"$'\n'* ]]
result $? "library, links, header, pkg-config file, examples, manual" "$said"

# As a program's makefile does it, but for a root of its own.
flags=$(PKG_CONFIG_SYSROOT_DIR=$stage PKG_CONFIG_LIBDIR=$stage$libdir/pkgconfig pkg-config --cflags --libs idcard)
[[ $flags == "-I$stage$prefix/include -L$stage$libdir -lidcard" || $flags == "-I$stage$prefix/include -L$stage$libdir -lidcard " ]]
result $? "pkg-config names the staged folders" "$flags"
# shellcheck disable=SC2086 # flags are several words
said=$("${CC:-cc}" -Wall -Wextra -Werror -o "$dir/read" "$stage$prefix/share/doc/idcard/examples/library/read.c" $flags 2>&1)
result $? "read.c builds with pkg-config" "$said"

for file in docs/examples/library/read.*; do
	(($(wc -l <"$file") <= 30))
	result $? "${file##*/} is at most 30 lines" ""
done

for example in "$dir/read" "python3 $stage$prefix/share/doc/idcard/examples/library/read.py"; do
	name=${example##*/}
	read -ra command <<<"$example"
	start_hub
	run "$name prints the card" 0 "测试甲 110101190001010014" "${command[@]}"
	start_hub --error card-removed
	run "$name says what is wrong" 1 "The card was lifted while it was being read. Place it again and leave it until the name appears." \
		"${command[@]}"
	start_hub --greet deny
	run "$name is refused" 1 "You may not use the reader. Work at the computer's own screen, or ask the administrator to add you to the group idcard." \
		"${command[@]}"
	start_hub --greet other-version
	run "$name with another daemon" 1 "The daemon is of another version." "${command[@]}"
	stop_hub
	run "$name without a daemon" 1 "The daemon idcardd does not answer. Look at: systemctl status idcardd" "${command[@]}"
done
exit $status
