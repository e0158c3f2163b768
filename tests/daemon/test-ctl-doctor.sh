#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# idcardctl doctor on this computer, which may have neither readers nor udev: what it says of a daemon that is
# away, refuses, or is well; and with the daemon itself and a simulated reader, a card.
# Usage: test-ctl-doctor.sh BUILD-FOLDER

# The first is used by what is sourced; the options of a function are not those of the script.
# shellcheck disable=SC2034,SC2119
build=$1
# shellcheck source=tests/daemon/ctl.sh
. "$(dirname "$0")/ctl.sh"

sim='' daemon=''
stop_all()
{
	[[ -z $daemon ]] || { kill "$daemon"; wait "$daemon"; daemon=; }
	[[ -z $sim ]] || { kill "$sim"; wait "$sim"; sim=; }
	stop_hub
}
trap 'stop_all; rm -rf "$dir"' EXIT

# doctor OPTION…: its output in $out, whatever else is wrong with this computer.
doctor()
{
	out=$("$ctl" --socket "$socket" doctor "$@" 2>"$dir/err" </dev/null)
	result=$?
	err=$(<"$dir/err")
	((result <= 1)) || check_status '0 or 1' "$result" "doctor $*"
}

# finding STEP: the words of what was found at this step.
finding()
{
	python3 -c 'import json, sys
report = json.load(sys.stdin)
print(*[s["finding"] for s in report["steps"] if s["step"] == sys.argv[1]])' "$1" <<<"$out"
}

# found STEP WORD
found()
{
	[[ $(finding "$1") == "$2" ]] || has "$1: $(finding "$1")" "$2"
	((++passed))
}

# Nothing by which somebody, or this computer, could be known.
anonymous()
{
	lacks "$out$err" "$(hostname)" "$(id -un) " "$HOME/" 0000012345 0000067890 20200101 110101190001010014 测试甲 \
		'示例'
}

without_daemon()
{
	stop_hub
	doctor --no-card --json
	has "$result" 1
	has "$out" '"class":"DOCTOR"' '"result":"fail"' '"first":'
	found socket socket-missing
	found daemon daemon-skipped
	found reader reader-skipped
	found card card-unwanted
	found card-device card-device-skipped
	anonymous
	doctor
	has "$out" 'Socket of the daemon: It is not there' 'next: sudo systemctl enable --now idcardd.socket' 'Begin with:'
	lacks "$err" 'Place any card'
	LANG=zh_CN.UTF-8 doctor
	has "$out" '守护进程套接字: 套接字不存在' '下一步:' '请先处理:'
	# A socket that somebody left behind.
	start_hub
	kill -KILL "$hub"
	wait "$hub" 2>/dev/null
	hub=
	doctor --json
	found socket socket-dead
	rm -f "$socket"
	IDCARD_SOCKET=$dir/other doctor --json
}

odd_daemons()
{
	local word greet
	while read -r greet word; do
		start_hub --greet "$greet"
		doctor --json
		found socket socket-good
		found daemon "$word"
		found reader reader-skipped
		found card card-skipped
	done <<-END
		deny daemon-denied
		other-version daemon-other
		junk daemon-other
		silent daemon-silent
	END
}

well()
{
	start_hub
	doctor --no-card --json
	found daemon daemon-release
	has "$out" 'idcardd 9.8.7 answers'
	found reader reader-good
	found sam sam-known
	has "$out" 'number 05.03-...'
	anonymous
	out=$(IDCARD_SOCKET=$socket "$ctl" doctor --no-card --json)
	found socket socket-other
	start_hub --no-readers
	doctor --no-card --json
	found reader reader-none
	found sam sam-skipped
}

# card OBJECT…: a card that gives these lines, after doctor asks for it.
card()
{
	start_hub
	: >"$dir/watch"
	"$ctl" --socket "$socket" doctor --json --timeout 5 >"$dir/out" 2>"$dir/watch" </dev/null &
	doctor=$!
	await 'Place any card'
	for object; do
		tell "publish $object"
	done
	wait "$doctor"
	out=$(<"$dir/out")
	err=$(<"$dir/watch")
	anonymous
}

cards()
{
	local identity='{"class":"IDENTITY","seq":7,"name":"测试甲","id_number":"110101190001010014"}'
	card '{"class":"CARD","event":"placed"}' "$identity"
	found card card-good
	has "$out" "A line of $(printf %s "$identity" | wc -c) bytes came, 0."
	card '{"class":"ERROR","code":"reader-fault"}' '{"class":"ERROR","code":"card-removed","placement":true}'
	found card card-error
	has "$out" '"error":"card-removed"' 'The card was lifted'
	found card-device card-device-skipped
	start_hub
	doctor --json --timeout 0.2
	found card card-none
	has "$out" 'within 0.2 s'
	has "$err" 'Place any card'
	card '{"class":"NEWS_OF_TOMORROW"}' 'no JSON' "$identity"
	found card card-good
}

# The daemon itself, a reader on a pseudo-terminal, a card.
real()
{
	stop_hub
	rm -f "$socket"
	"$build/tests/idcard-sim" --front pty --pty-link "$dir/reader" --socket "$dir/control" --scale 0.05 \
		--plug 2>/dev/null &
	sim=$!
	until [[ -e $dir/control && -e $dir/reader ]]; do sleep 0.02; done
	"$build/idcardd" --socket "$socket" --device "serial:$dir/reader" --log-level error &
	daemon=$!
	until [[ -S $socket ]]; do sleep 0.02; done

	doctor --no-card --json
	found bus bus-named
	found daemon daemon-good
	found reader reader-good
	found sam sam-known
	(until "$build/tests/sim" --socket "$dir/control" status | grep -q 'card=no' && grep -q 'Place any card' "$dir/err"; do
		sleep 0.02
	done
	"$build/tests/sim" --socket "$dir/control" place resident) >/dev/null &
	placer=$!
	doctor --json --timeout 20
	wait "$placer"
	found card card-good
	anonymous

	"$build/tests/sim" --socket "$dir/control" lift >/dev/null
	"$build/tests/sim" --socket "$dir/control" unplug >/dev/null
	stop_all
}

status=0
without_daemon;	verdict 'doctor: no daemon'
odd_daemons;	verdict 'doctor: a daemon that refuses, is another or is silent'
well;		verdict 'doctor: a daemon and its readers'
cards;		verdict 'doctor: a card'
real;		verdict 'doctor: a simulated reader and its card'
echo "# $passed checks"
exit "$status"
