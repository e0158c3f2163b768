#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# idcardctl compat: links beside an application, and never in the place of anything else.
# Usage: test-ctl-compat.sh BUILD-FOLDER

# The first is used by what is sourced; the options of a function are not those of the script.
# shellcheck disable=SC2034,SC2119
build=$1
# shellcheck source=tests/daemon/ctl.sh
. "$(dirname "$0")/ctl.sh"

libraries=$dir/idcard-compat
all=(libsdtapi.so libzysdtapi.so libtermb.so libwltrs.so libWltRS.so lib100UD.so libdewlt.so)
mkdir "$libraries"
for name in "${all[@]}" libtermb-hisign.so; do
	echo "$name" >"$libraries/$name"
done

# compat STATUS ARGUMENT…
compat()
{
	local wanted=$1
	shift
	out=$("$ctl" compat --from "$libraries" "$@" 2>"$dir/err" </dev/null)
	check_status "$wanted" $? "compat $*"
	err=$(<"$dir/err")
}

# What lies in the application's folder: names and where links lead.
contents()
{
	(cd "$app" && for f in * .[!.]*; do [[ ! -e $f && ! -L $f ]] || echo "$f=$(readlink "$f")"; done)
}

new_app()
{
	app=$(mktemp -d "$dir/app-XXXXXX")
}

usage()
{
	new_app
	compat 2
	has "$err" 'link FOLDER'
	compat 2 link
	compat 2 dance "$app"
	LANG=zh_CN.UTF-8 compat 2 list "$app"
	has "$err" '用法'
	compat 2 link "$app" libother.so
	has "$err" 'no library libother.so' 'compat list'
	compat 2 link "$app" libtermb.so libtermb-hisign.so
	has "$err" 'the same name'
	compat 1 link "$app/none"
	has "$err" 'No such file'
	compat 2 --socket x list
	has "$err" 'compat has no option --socket'
	compat 0 list
	has "$out" "$libraries/libsdtapi.so" 'only if named'
	[[ -z $(contents) ]] || has "$(contents)" 'nothing'
	out=$("$ctl" compat --from "$dir" link "$app" 2>&1)
	check_status 2 $? 'another folder'
	has "$out" 'must be called idcard-compat'
}

links()
{
	new_app
	compat 0 --dry-run link "$app"
	has "$out" "would link $app/libsdtapi.so -> $libraries/libsdtapi.so"
	[[ -z $(contents) ]] || has "$(contents)" 'nothing'
	compat 0 link "$app"
	for name in "${all[@]}"; do
		has "$(<"$app/$name")" "$name"
		has "$out" "$app/$name -> $libraries/$name"
	done
	lacks "$(contents)" hisign
	compat 0 link "$app"
	has "$out" 'is there already'
	compat 0 link "$app" libtermb-hisign.so
	has "$(<"$app/libtermb.so")" libtermb-hisign.so
	lacks "$(contents)" '.libtermb'

	# From another place, where an older one was installed.
	ln -sfn /opt/old/idcard-compat/libsdtapi.so "$app/libsdtapi.so"
	compat 0 link "$app" libsdtapi.so
	has "$(<"$app/libsdtapi.so")" libsdtapi.so

	compat 0 --dry-run unlink "$app"
	has "$out" "would remove $app/libsdtapi.so"
	has "$(contents)" "libsdtapi.so=$libraries/libsdtapi.so"
	compat 0 unlink "$app" libsdtapi.so
	lacks "$(contents)" libsdtapi.so=
	compat 0 unlink "$app"
	[[ -z $(contents) ]] || has "$(contents)" 'nothing'
	compat 0 unlink "$app"
	has "$out" 'no links of ours'
}

# A file, a link to a vendor's, a folder, a dangling link: all stay, and nothing else is made beside them.
foreign()
{
	local before
	new_app
	echo vendor >"$app/vendor"
	for what in 'cp vendor libsdtapi.so' 'ln -s vendor libsdtapi.so' 'mkdir libsdtapi.so' \
		'ln -s /opt/none libsdtapi.so' 'ln -s idcard-compat/libsdtapi.so libsdtapi.so' \
		'ln -s /opt/idcard-compat/other.so libsdtapi.so'; do
		(cd "$app" && $what)
		before=$(contents)
		compat 1 link "$app"
		has "$err" "$app/libsdtapi.so is not a link of ours" "mv $app/libsdtapi.so" 'nothing was changed'
		compat 1 --dry-run link "$app" libsdtapi.so
		compat 0 unlink "$app"
		has "$err" 'stays'
		[[ $(contents) == "$before" ]] || has "$(contents)" "$before"
		rm -rf "$app/libsdtapi.so"
	done
	has "$(<"$app/vendor")" vendor
	LANG=zh_CN.UTF-8 compat 0 link "$app" libdewlt.so
	mv "$libraries/libdewlt.so" "$dir/kept"
	new_app
	compat 1 link "$app"
	has "$err" "$libraries/libdewlt.so is missing"
	[[ -z $(contents) ]] || has "$(contents)" 'nothing'
	mv "$dir/kept" "$libraries/libdewlt.so"
}

# By whatever name. --dry-run, so that a failing test does no harm.
system_folders()
{
	local multiarch
	new_app
	multiarch=/usr/lib/$(uname -m)-linux-gnu
	ln -s /usr/lib "$app/elsewhere"
	for folder in / /usr/lib /lib /usr/lib/ "$multiarch" /usr/local/lib /usr/bin /usr/share/../lib \
		"$app/elsewhere" "$app/elsewhere/../lib" /proc/self/root/usr/lib; do
		[[ -d $folder ]] || continue
		compat 1 --dry-run link "$folder"
		has "$err" 'is a folder of the system'
		compat 1 --dry-run unlink "$folder"
	done
	LANG=zh_CN.UTF-8 compat 1 --dry-run link /usr/lib
	has "$err" '系统文件夹'
	compat 0 --dry-run link /opt
}

# elf CLASS MACHINE: the head of a program, little-endian.
elf()
{
	printf '\x7fELF%b\x01\x01\0\0\0\0\0\0\0\0\0\x02\0%b\0\x01\0\0\0' "$1" "$2"
}

other_programs()
{
	new_app
	cp "$ctl" "$app/program"
	echo '#!/bin/sh' >"$app/script"
	mkfifo "$app/fifo"
	compat 0 link "$app" libsdtapi.so
	lacks "$err" caution
	elf '\x01' '\x03' >"$app/desk32"
	elf '\x02' '\xf3' >"$app/desk-riscv"
	printf 'MZ..' >"$app/desk.exe"
	compat 0 link "$app" libsdtapi.so
	has "$err" "caution: $app/desk32 is of another number of bits" "$app/desk-riscv is for another kind of processor" \
		"$app/desk.exe is a program for Windows"
	LANG=zh_CN.UTF-8 compat 0 link "$app" libsdtapi.so
	has "$err" '注意:' 'Windows 程序'
}

status=0
usage;		verdict 'compat: what it takes'
links;		verdict 'compat: links come, change and go'
foreign;	verdict 'compat: what is not ours stays'
system_folders;	verdict 'compat: never in a folder of the system'
other_programs;	verdict 'compat: programs that cannot load them'
echo "# $passed checks"
exit "$status"
