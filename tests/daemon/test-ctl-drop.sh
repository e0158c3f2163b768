#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# idcardctl drop: the files of one person at a time, for this user alone, and gone in time.
# Usage: test-ctl-drop.sh BUILD-FOLDER

# The first is used by what is sourced; the options of a function are not those of the script.
# shellcheck disable=SC2034,SC2119
build=$1
# shellcheck source=tests/daemon/ctl.sh
. "$(dirname "$0")/ctl.sh"

marker=110101190001010014
folder=$dir/drop
files='identity.json wz.txt zp.bmp'

# person SEQ FIELD…: a line of the daemon.
person()
{
	local IFS=, seq=$1
	shift
	printf '{"class":"IDENTITY","schema":1,"seq":%s,"source":"card","reader":{"name":"usb-1-2"},"card_type":"resident",' "$seq"
	printf '"name":"测试甲","sex":"male","sex_code":"1","ethnicity":"汉","birth_date":"1900-01-01","address":"示例路1号",'
	printf '"id_number":"%s","authority":"示例分局","valid_from":"2020-01-01","valid_until":null,"valid_long_term":true' \
		"$marker"
	[[ -z $* ]] || printf ',%s' "$*"
	printf '}'
}
picture='"portrait":{"status":"ok","format":"bmp","data":"ZmFjZQ=="}'

# drop OPTION…: what it says goes to $dir/watch.
drop()
{
	start_hub
	start_drop "$@"
}

start_drop()
{
	: >"$dir/watch"
	"$ctl" --socket "$socket" drop "$folder" "$@" >"$dir/watch" 2>&1 &
	dropper=$!
	await 'Waiting for cards'
}

# end_drop [SIGNAL]: in good order; nothing is left.
end_drop()
{
	kill -"${1:-TERM}" "$dropper"
	wait "$dropper"
	check_status 0 $? "drop, SIG${1:-TERM}"
	is_there ''
	[[ -z $(ls -A "$folder") ]] || has "$(ls -A "$folder")" 'nothing'
}

# is_there NAMES: waits until these files are there, and no others.
is_there()
{
	local end=$((SECONDS + 10)) found
	while :; do
		found=$(cd "$folder" && find . -type f ! -name '.idcard-drop' -printf '%f\n' | LC_ALL=C sort | paste -sd' ')
		[[ $found != "$1" ]] || break
		((SECONDS < end)) || { has "$found" "these files: $1"; return; }
		sleep 0.02
	done
	((++passed))
}

usage()
{
	run 2 drop
	has "$err" 'one folder'
	run 2 drop "$folder" --keep 0
	has "$err" '--keep takes 0.1 to 3600'
	run 2 drop "$folder" --format wz,png
	has "$err" 'wz, bmp and json'
	run 2 drop "$folder" --format ''
	run 2 drop "$folder" --json
	has "$err" 'drop has no option --json'
	stop_hub
	run 3 drop "$folder"
	[[ -z $(ls -A "$folder") ]] || has "$(ls -A "$folder")" 'nothing'
	rmdir "$folder"
}

content()
{
	drop
	has "$(stat -c %a "$folder")" 700
	tell last
	has "$REPLY" '"portrait":"bmp"'
	tell "publish $(person 1 "$picture" '"new_address":["示例路2号"]')"
	is_there "$files"
	for file in $files; do
		[[ $(stat -c %a "$folder/$file") == 600 ]] || has "$(stat -c %a "$folder/$file")" 600
	done
	has "$(<"$folder/zp.bmp")" face
	has "$(iconv -f GB18030 -t UTF-8 "$folder/wz.txt")" $'测试甲\r\n男\r\n汉\r\n19000101\r\n示例路1号\r\n' \
		"$marker"$'\r\n示例分局\r\n20200101-长期\r'
	has "$(wc -l <"$folder/wz.txt")" 8
	has "$(<"$folder/identity.json")" "\"id_number\":\"$marker\"" '"format":"bmp"' '示例路2号'
	lacks "$(<"$folder/identity.json")" ZmFjZQ
	lacks "$(<"$dir/watch")" "$marker" 测试甲
	lacks "$(tr '\0' ' ' <"/proc/$dropper/cmdline")$(tr '\0' ' ' <"/proc/$dropper/environ")" "$marker"
	end_drop INT
}

# The picture is missing, not what was there before; formats that nobody wants are not made.
some_of_it()
{
	drop
	tell "publish $(person 1 "$picture")"
	is_there "$files"
	tell "publish $(person 2 '"portrait":{"status":"no-decoder","format":"wlt","data":"ZmFjZQ=="}')"
	is_there 'identity.json wz.txt'
	await 'there is no zp.bmp: No decoder is configured'
	lacks "$(<"$folder/identity.json")" ZmFjZQ
	tell 'publish {"class":"IDENTITY","seq":3,"source":"manual","id_number":"110101190001010014"}'
	await 'The files of the card'
	is_there 'identity.json wz.txt'
	has "$(iconv -f GB18030 -t UTF-8 "$folder/wz.txt" | sed -n 6p)" "$marker"
	end_drop
	drop --format json
	tell last
	has "$REPLY" '"portrait":"none"'
	tell "publish $(person 1)"
	is_there identity.json
	end_drop HUP
	drop --format bmp,wz
	tell "publish $(person 1 "$picture")"
	is_there 'wz.txt zp.bmp'
	end_drop
}

# Not one moment with files of two persons, and none of the first when the second cannot be read.
next_person()
{
	drop
	tell "publish $(person 1 "$picture")"
	is_there "$files"
	# Who has a file open finds nothing in it.
	exec {old}<"$folder/wz.txt"
	tell 'publish {"class":"CARD","event":"placed","reader":{"name":"usb-1-4"}}'
	is_there ''
	has "$(tr -d '\0' <&"$old" | wc -c)" 0
	exec {old}<&-
	tell "publish $(person 2 "$picture")"
	is_there "$files"
	tell 'publish {"class":"ERROR","code":"card-removed","message":"?","placement":true,"reader":{"name":"usb-1-2"}}'
	is_there ''
	await 'The card was lifted'

	# Many persons, while somebody looks: what is seen is of one of them. The watcher reads wz.txt, then the rest.
	: >"$dir/seen"
	(while [[ -e $dir/seen ]]; do
		a=$(sed -n 6p "$folder/wz.txt" 2>/dev/null | tr -cd 0-9)
		b=$(grep -oE '"id_number":"[0-9]+' "$folder/identity.json" 2>/dev/null | tr -cd 0-9)
		c=$(sed -n 6p "$folder/wz.txt" 2>/dev/null | tr -cd 0-9)
		[[ -z $a || -z $b || $a != "$c" || $a == "$b" ]] || echo "$a $b"
	done) >"$dir/mixed" &
	looker=$!
	for i in {1..100}; do
		tell "publish $(person "$i" "$picture" | sed "s/$marker/$((100000 + i))/")"
	done
	tell "publish $(person 101 '"last":true' | sed "s/$marker/100101/")"
	is_there 'identity.json wz.txt'
	rm "$dir/seen"
	wait "$looker"
	[[ ! -s $dir/mixed ]] || has "$(<"$dir/mixed")" 'nothing'
	end_drop
}

times()
{
	drop --keep 0.3
	tell "publish $(person 1 "$picture")"
	await 'for 0.3 seconds'
	is_there ''
	# Each person has the whole time.
	tell "publish $(person 2 "$picture")"
	is_there "$files"
	is_there ''
	end_drop

	drop --until-lifted
	tell "publish $(person 1 "$picture")"
	is_there "$files"
	tell 'publish {"class":"CARD","event":"lifted","reader":{"name":"usb-1-9"}}'
	tell 'publish {"class":"DEVICE","event":"removed","device":{"name":"usb-1-9"}}'
	tell 'publish {"class":"DEVICE","event":"changed","device":{"name":"usb-1-2"}}'
	tell 'publish {"class":"ERROR","code":"reader-fault","message":"?"}'
	await 'reports a fault'
	is_there "$files"
	tell 'publish {"class":"CARD","event":"lifted","reader":{"name":"usb-1-2"}}'
	is_there ''
	tell "publish $(person 2 "$picture")"
	is_there "$files"
	tell 'publish {"class":"DEVICE","event":"removed","device":{"name":"usb-1-2"}}'
	is_there ''
	end_drop

	# Without the option a lifted card takes nothing away; the end of the connection does.
	drop
	tell "publish $(person 1 "$picture")"
	is_there "$files"
	tell 'publish {"class":"CARD","event":"lifted","reader":{"name":"usb-1-2"}}'
	tell 'publish {"class":"ERROR","code":"reader-fault","message":"?"}'
	await 'reports a fault'
	is_there "$files"
	tell drop
	wait "$dropper"
	check_status 3 $? 'drop, the daemon gone'
	[[ -z $(ls -A "$folder") ]] || has "$(ls -A "$folder")" 'nothing'
}

# What a program did to the files in the meantime does not matter.
meddling()
{
	drop
	tell "publish $(person 1 "$picture")"
	is_there "$files"
	echo mine >"$dir/kept"
	mv "$folder/zp.bmp" "$dir/moved"
	rm "$folder/identity.json"
	ln -s "$dir/kept" "$folder/identity.json"
	ln "$folder/wz.txt" "$dir/linked"
	echo other >"$folder/other.txt"
	tell 'publish {"class":"CARD","event":"placed","reader":{"name":"usb-1-2"}}'
	is_there other.txt
	has "$(<"$dir/kept")" mine
	has "$(<"$dir/moved")" face
	has "$(wc -l <"$dir/linked")" 8
	[[ ! -L $folder/identity.json ]] || has 'no link' "$folder"
	rm "$folder/other.txt"
	end_drop
}

# What a killed one left is found and taken away; what it did not leave is not.
killed()
{
	drop
	tell "publish $(person 1 "$picture")"
	is_there "$files"
	kill -KILL "$dropper"
	wait "$dropper" 2>/dev/null
	is_there "$files"
	start_drop
	is_there ''
	run 1 drop "$folder"
	has "$err" 'another idcardctl drop uses'
	end_drop
	echo mine >"$folder/wz.txt"
	run 1 drop "$folder"
	has "$err" 'a file wz.txt that is not from here'
	LANG=zh_CN.UTF-8 run 1 drop "$folder" --format json
	has "$err" '不是由本命令生成'
	has "$(<"$folder/wz.txt")" mine
	rm "$folder/wz.txt"
}

whose_folder()
{
	start_hub
	chmod 777 "$folder"
	run 1 drop "$folder"
	has "$err" 'others may write' 'chmod go-w'
	chmod 750 "$folder"
	if ((EUID == 0)); then
		chown 12345 "$folder"
		run 1 drop "$folder"
		has "$err" 'belongs to somebody else'
		chown 0 "$folder"
	fi
	run 1 drop "$dir/err"
	has "$err" 'Not a directory'
	run 1 drop "$dir/none/none"
	has "$err" 'No such file'
	drop
	tell "publish $(person 1 "$picture")"
	is_there "$files"
	end_drop
}

status=0
usage;		verdict 'drop: what it takes'
content;	verdict 'drop: what is in the files'
some_of_it;	verdict 'drop: no picture, some formats'
next_person;	verdict 'drop: never files of two persons'
times;		verdict 'drop: files go in time'
meddling;	verdict 'drop: files that others moved, linked or replaced'
killed;		verdict 'drop: what a killed one left'
whose_folder;	verdict 'drop: a folder of this user alone'
echo "# $passed checks"
exit "$status"
