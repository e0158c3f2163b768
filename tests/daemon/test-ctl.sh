#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# idcardctl against a stand-in for the daemon: wording in both languages, masking, exit statuses.
# Usage: test-ctl.sh BUILD-FOLDER
set -u

# The first is used by what is sourced; the options of a function are not those of the script.
# shellcheck disable=SC2034,SC2119
build=$1
# shellcheck source=tests/daemon/ctl.sh
. "$(dirname "$0")/ctl.sh"

number=110101190001010014

usage()
{
	run 0 --help
	has "$out" 'Exit status' '--timeout' 'standard input' 'LC_MESSAGES' 'enter [TEXT]'
	LANG=zh_CN.UTF-8 run 0 -h
	has "$out" '退出状态' '--timeout' '标准输入'
	run 2 --wrong
	has "$err" 'unknown option --wrong' '--help'
	[[ -z $out ]] || has "$out" 'nothing on standard output'
	LANG=zh_CN.UTF-8 run 2 --wrong
	has "$err" '未知选项 --wrong'
	run 2 dance
	has "$err" 'unknown command dance'
	run 2 list more
	has "$err" 'unexpected argument more'
	run 2 enter one two
	run 2 read --timeout
	has "$err" '--timeout needs a value'
	run 2 read --portrait png --output "$dir/face"
	has "$err" 'jpeg, bmp or wlt'
	run 2 read --portrait jpeg
	has "$err" '--output'
	LANG=zh_CN.UTF-8 run 2 read --output "$dir/face"
	has "$err" '--portrait'
	for scale in 0 5 2x 1.5 ''; do
		run 2 read --scale "$scale"
		has "$err" '1 to 4'
	done
	for seconds in 0 0.09 3601 ten 5s nan ''; do
		run 2 read --timeout "$seconds"
		has "$err" '0.1 to 3600'
	done
}

# The first of LC_ALL, LC_MESSAGES, LANG that is not empty decides.
language()
{
	# by env: bash itself complains of a locale that this machine does not have
	err=$(env LC_ALL= LC_MESSAGES=zh_CN.UTF-8 LANG=en_US.UTF-8 "$ctl" dance 2>&1)
	has "$err" '未知命令'
	LC_ALL=C LC_MESSAGES=zh_CN.UTF-8 LANG=zh_CN.UTF-8 run 2 dance
	has "$err" 'unknown command'
}

no_daemon()
{
	stop_hub
	run 3 list
	has "$err" 'systemctl status idcardd'
	LANG=zh_CN.UTF-8 run 3 watch
	has "$err" '守护进程 idcardd 没有响应'
	run 3
	has "$out" 'idcardctl list | watch'
	run 3 version
	has "$out" 'idcardctl '
}

refused()
{
	start_hub --greet deny
	run 4 read
	has "$err" 'group idcard'
	LANG=zh_CN.UTF-8 run 4 status
	has "$err" '您无权使用读卡器'
	start_hub --greet other-version
	run 1 list
	has "$err" 'same release'
	start_hub --greet junk
	LANG=zh_CN.UTF-8 run 1 list
	has "$err" '请安装相同版本'
	start_hub --greet silent
	run 3 list
	has "$err" 'does not answer'
}

readers()
{
	start_hub
	run 0 list
	has "$out" 'usb-1-2: idle' 05.03-20200101-0000012345-0000067890
	LANG=zh_CN.UTF-8 run 0 list
	has "$out" 'usb-1-2:空闲'
	run 0 status
	has "$out" 'idcardd 9.8.7' '1 d 01:01:01' 'cards placed: 3' usb-1-2
	LANG=zh_CN.UTF-8 run 0
	has "$out" '已运行 1 天 01:01:01' '正在运行' '放置证件次数:3' 'idcardctl list | watch'
	run 0 version
	has "$out" 'idcardd 9.8.7'
	run 0 --json list
	has "$out" '{"class":"DEVICES"' '"state":"idle"'
	start_hub --no-readers
	run 5 list
	has "$err" 'No reader is connected'
	LANG=zh_CN.UTF-8 run 5 list
	has "$err" '没有连接读卡器'
	run 0 status
	has "$out" 'No reader is connected'
}

read_one()
{
	start_hub
	run 0 read
	has "$out" 'Resident identity card  usb-1-2  14:03:22' '测试甲' 'male' '110101**********14' \
		'2020-01-01 to long term' 'check digit' 'word-of-tomorrow'
	lacks "$out" "$number" '示例路' '1900-01-01' '汉'
	LANG=zh_CN.UTF-8 run 0 read
	has "$out" '居民身份证' '姓名         测试甲' '证件号码     110101**********14' '2020-01-01 至 长期' \
		'号码校验位不符'
	lacks "$out" "$number" '示例路'
	run 0 read --show
	has "$out" "$number" '示例路1号' '1900-01-01' '汉' '示例市公安局示例分局'
	run 0 read --json
	has "$out" '"class":"IDENTITY"' "\"id_number\":\"$number\"" '"field_of_tomorrow"'
	run 0 read --timeout 0.1
}

# card FIELD…: the reply with these fields.
card()
{
	local IFS=,
	printf '{"class":"IDENTITY","schema":1,"source":"card","reader":{"name":"usb-1-2"},%s}' "$*"
}

portraits()
{
	local face=$dir/face
	rm -f "$face"
	start_hub --reply "$(card '"portrait":{"status":"ok","format":"jpeg","data":"ZmFjZQ=="}')"
	run 0 read --portrait jpeg --output "$face" --scale 3 --fingerprint --new-address --map-private-use
	lacks "$out$err" ZmFjZQ
	has "$err" "The portrait is in $face."
	has "$(<"$face")" face
	has "$(stat -c %a "$face")" 600
	tell last
	has "$REPLY" '"portrait":"jpeg"' '"portrait_scale":3' '"fingerprint":true' '"new_address":true' \
		'"map_private_use":true'

	# Never over another file, unless wanted.
	echo other >"$face"
	chmod 644 "$face"
	run 1 read --portrait jpeg --output "$face"
	has "$err" 'exists' '--force'
	lacks "$err" 'Place a card'
	has "$(<"$face")" other
	run 0 read --portrait jpeg --output "$face" --force
	has "$(<"$face")" face
	has "$(stat -c %a "$face")" 600
	ln -s "$face" "$dir/link"
	LANG=zh_CN.UTF-8 run 1 read --portrait jpeg --output "$dir/link"
	has "$err" '已存在'
	run 1 read --portrait jpeg --output "$dir/no/face"
	has "$err" 'No such file'
	run 1 read --portrait jpeg --output "$dir"
	has "$err" 'cannot be written'

	rm -f "$face"
	run 0 --json read --portrait jpeg --output "$face"
	has "$out" '"status":"ok"'
	lacks "$out" ZmFjZQ
	has "$(<"$face")" face
	rm -f "$face" "$dir/link"
}

no_portraits()
{
	local face=$dir/face
	start_hub --reply "$(card '"name":"测试甲"' \
		'"portrait":{"status":"no-decoder","format":"wlt","data":"ZmFjZQ=="}')"
	run 1 read --portrait jpeg --output "$face"
	has "$out" '测试甲'
	has "$err" "$face was not written" 'No decoder is configured in /etc/idcard/portrait.conf'
	LANG=zh_CN.UTF-8 run 1 read --portrait bmp --output "$face"
	has "$err" '没有配置照片解码库'
	[[ ! -e $face ]] || has 'no file' "$face"
	run 0 read --portrait wlt --output "$face"
	has "$(<"$face")" face
	rm -f "$face"
	start_hub --reply "$(card '"portrait":{"status":"decoder-error","reason":"refused","format":"wlt","data":"AA=="}')"
	run 1 read --portrait jpeg --output "$face"
	has "$err" 'vendor code'
	start_hub --reply "$(card '"portrait":{"status":"decoder-error","reason":"tomorrow","format":"wlt","data":"AA=="}')"
	run 1 read --portrait jpeg --output "$face"
	has "$err" 'tomorrow'
	start_hub --reply "$(card '"portrait":{"status":"ok","format":"jpeg","data":"A-=="}')"
	run 1 read --portrait jpeg --output "$face"
	has "$err" 'cannot be written'
	[[ ! -e $face ]] || has 'no file' "$face"
}

everything()
{
	start_hub --reply "$(card '"new_address":["示例路2号"]' '"former_number":"XXX110000010103"' \
		'"fingerprints":[{"result":"ok","finger":"left_thumb","quality":80,"data":"ZmFjZQ=="},{"result":"not-registered","finger":"unknown","quality":0,"data":"ZmFjZQ=="}]')"
	run 0 read --fingerprint
	has "$out" 'left thumb, quality 80' 'not registered' 'Old number   XXX110*******03'
	lacks "$out" '示例路2号' ZmFjZQ XXX110000010103
	LANG=zh_CN.UTF-8 run 0 read --show
	has "$out" '示例路2号' '左手拇指,质量 80' XXX110000010103 '原证件号码'
	run 0 read --new-address
	has "$out" '示例路2号'
	start_hub
	run 0 read --fingerprint
	has "$out" 'none on the card'
	run 0 read
	lacks "$out" 'Fingerprint'
}

errors()
{
	local line
	while read -r line; do
		start_hub --error "${line% *}"
		run "${line#* }" read
		[[ -n $err ]] || has "$err" 'a sentence'
		run "${line#* }" --json read
		has "$out" "\"code\":\"${line% *}\""
	done <<-END
		card-removed 1
		no-reader 5
		timed-out 6
		permission-denied 4
		too-many 1
		code-of-tomorrow 1
	END
	start_hub --error card-not-genuine
	LANG=zh_CN.UTF-8 run 1 read
	has "$err" '请人工核对证件'
	start_hub --error code-of-tomorrow
	run 1 read
	has "$err" 'Something new went wrong.'
}

# enter STATUS TEXT ARGUMENT…: with TEXT on standard input.
enter()
{
	local wanted=$1 text=$2
	shift 2
	out=$(printf '%b' "$text" | "$ctl" --socket "$socket" enter "$@" 2>"$dir/err")
	check_status "$wanted" $? "enter $*"
	err=$(<"$dir/err")
}

entries()
{
	start_hub
	enter 0 "$number\n"
	has "$out" 'entered by hand' '110101**********14'
	enter 0 "$number" -
	LANG=zh_CN.UTF-8 enter 0 "$number\r\n"
	has "$out" '手工录入'
	run 0 enter "$number"
	enter 0 "$number" --json --show
	has "$out" "\"id_number\":\"$number\""
	enter 1 '110101190001010015\n'
	has "$err" 'check digit does not fit'
	LANG=zh_CN.UTF-8 enter 1 '1\n'
	has "$err" '校验位不符'
	# What a person misread is said, and never entered.
	enter 1 '11O1 O119OOO1O1OO14\n'
	lacks "$out" IDENTITY
	enter 1 '11O1O1 19000101 0014\n'
	has "$err" 'check digit does not fit' 'Did you mean 110101190001010014?'
	LANG=zh_CN.UTF-8 enter 1 '11O1O1190001010014\n'
	has "$err" '是否为 110101190001010014'
	enter 1 '110101190001010015\n'
	lacks "$err" 'Did you mean'
	enter 1 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO74O8122F12O4159ZE184226B<<<<<10\n'
	has "$err" 'Did you mean the following?' 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'
	enter 2 '\n\n'
	has "$err" 'nothing was entered'
	enter 2 '\xff\xfe\n'
	has "$err" 'not text'
	enter 2 "$(printf '%0513d' 0)\n"
	has "$err" 'longer than 512'
}

watch()
{
	start_hub
	: >"$dir/watch"
	"$ctl" --socket "$socket" watch "$@" >"$dir/watch" 2>&1 &
	watcher=$!
}

end_watch()
{
	tell drop
	wait "$watcher"
	check_status 3 $? watch
}

events()
{
	watch
	await 'usb-1-2: idle'
	tell 'publish {"class":"DEVICE","event":"added","device":{"name":"usb-1-4","transport":"node","path":"/dev/idcardraw0","state":"starting"}}'
	tell 'publish {"class":"DEVICE","event":"changed","device":{"name":"usb-1-4","transport":"node","path":"/dev/idcardraw0","state":"faulty","error":"reader-dead"}}'
	tell 'publish {"class":"CARD","event":"placed","reader":{"name":"usb-1-4"}}'
	tell 'publish {"class":"CARD","event":"retry","attempt":2,"reader":{"name":"usb-1-4"}}'
	tell 'publish {"class":"ERROR","code":"card-removed","message":"?","reader":{"name":"usb-1-4"}}'
	tell 'publish {"class":"NEWS_OF_TOMORROW"}'
	tell 'publish {"class":"IDENTITY","card_type":"passport","name":"EVIL\u001b[2J\u202e","passport_number":"L898902C3","valid_until":"2020-01-01","expired":true}'
	tell 'publish {"class":"CARD","event":"lifted","reader":{"name":"usb-1-4"}}'
	await 'usb-1-4: card lifted'
	out=$(<"$dir/watch")
	has "$out" 'Waiting for cards' 'usb-1-4: reader connected, starting  node  /dev/idcardraw0' 'self-test' \
		'usb-1-4: card placed' 'usb-1-4: trying again (2)' 'usb-1-4: The card was lifted' Passport \
		'Valid        until 2020-01-01 (expired)' $'EVIL\ufffd[2J'
	lacks "$out" $'\e' L898902C3 TOMORROW
	end_watch
	await 'journalctl'

	LANG=zh_CN.UTF-8 watch
	await 'usb-1-2:空闲'
	tell 'publish {"class":"CARD","event":"placed","reader":{"name":"usb-1-2"}}'
	await 'usb-1-2:已放置证件'
	tell 'publish {"class":"DEVICE","event":"removed","device":{"name":"usb-1-2"}}'
	await 'usb-1-2:读卡器已移除'
	end_watch

	watch --json
	await '"class":"WATCH"'
	tell 'publish {"class":"CARD",  "event":"placed"}'
	tell 'publish {"class":"NEWS_OF_TOMORROW"}'
	await TOMORROW
	has "$(<"$dir/watch")" '{"class":"CARD",  "event":"placed"}'
	end_watch
}

status=0
usage;		verdict 'options and help'
language;	verdict 'the language follows the locale'
no_daemon;	verdict 'no daemon'
refused;	verdict 'a daemon that refuses, is another or is silent'
readers;	verdict 'list, status, version'
read_one;	verdict 'read, masked and in full'
portraits;	verdict 'portraits go to a file, and nowhere else'
no_portraits;	verdict 'why there is no portrait'
everything;	verdict 'everything on the card'
errors;		verdict 'errors and their exit statuses'
entries;	verdict 'enter'
events;		verdict 'watch'
echo "# $passed checks"
exit $status
