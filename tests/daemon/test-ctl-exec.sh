#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# idcardctl watch --exec, against a stand-in for the daemon: one command at a time, in order, with the person on
# standard input and nowhere else.
# Usage: test-ctl-exec.sh BUILD-FOLDER

# The first is used by what is sourced; the options of a function are not those of the script.
# shellcheck disable=SC2034,SC2119
build=$1
# shellcheck source=tests/daemon/ctl.sh
. "$(dirname "$0")/ctl.sh"

marker=110101190001010014
person="{\"class\":\"IDENTITY\",\"seq\":1,\"name\":\"测试甲\",\"id_number\":\"$marker\"}"

# watch COMMAND OPTION…: what it says goes to $dir/watch.
watch()
{
	local command=$1
	shift
	start_hub
	: >"$dir/watch"
	# without what this script has open
	(exec {to_hub}>&- {from_hub}<&-
		exec "$ctl" --socket "$socket" watch --exec "$command" "$@" >"$dir/watch" 2>&1) &
	watcher=$!
	await 'Waiting for cards'
}

# end_watch STATUS: the connection ends.
end_watch()
{
	tell drop
	wait "$watcher"
	check_status "$1" $? 'watch --exec'
}

usage()
{
	run 2 watch --json --exec true
	has "$err" 'do not go together'
	run 2 watch --exec-timeout 0 --exec true
	has "$err" '--exec-timeout takes 0.1 to 3600'
	run 2 list --exec true
	has "$err" 'list has no option --exec'
	stop_hub
	run 3 watch --exec true
}

# The command says what it was given, its arguments, environment and open files.
hand_on()
{
	# Expanded by the command.
	# shellcheck disable=SC2016
	watch 'cat >'"$dir"'/in; tr "\0" "\n" </proc/$$/cmdline >'"$dir"'/args; env >'"$dir"'/env
		ls -l /proc/$$/fd >'"$dir"'/fds; echo ran'
	tell 'publish {"class":"CARD","event":"placed","reader":{"name":"usb-1-2"}}'
	tell "publish $person"
	await ran
	[[ $(<"$dir/in") == "$person" ]] || has "$(<"$dir/in")" "$person"
	has "$(wc -l <"$dir/in")" 1
	lacks "$(<"$dir/args")$(<"$dir/env")" "$marker" 测试甲
	lacks "$(tr '\0' ' ' <"/proc/$watcher/cmdline")" "$marker"
	has "$(<"$dir/fds")" '0 -> pipe:'
	lacks "$(<"$dir/fds")" 'socket:' 'eventpoll' 'signalfd' 'timerfd'
	lacks "$(<"$dir/watch")" "$marker" 测试甲 placed
	tell 'publish {"class":"ERROR","code":"card-removed","message":"?","placement":true}'
	await 'The card was lifted'
	end_watch 3
}

in_order()
{
	# shellcheck disable=SC2016 # expanded by the command
	watch 'read -r line; echo "begin $line"; sleep 0.02; echo "end $line"'
	tell identities 20
	await 'end {"class":"IDENTITY","schema":1,"seq":20,'
	has "$(grep -c '^begin' "$dir/watch")" 20
	# Never two at a time, and as they came.
	has "$(grep -oE '^(begin|end)|"seq":[0-9]+' "$dir/watch" | paste -sd' ')" \
		"$(for i in {1..20}; do printf 'begin "seq":%d end "seq":%d ' "$i" "$i"; done | sed 's/ $//')"

	# Who was read is handed on, even if the daemon goes meanwhile.
	tell identities 3
	end_watch 3
	has "$(<"$dir/watch")" 'end {"class":"IDENTITY","schema":1,"seq":23,'
}

# Too many wait: it is said, and those that wait come in order.
bound()
{
	mkfifo "$dir/go"
	watch "cat; read -r x <'$dir/go'" --exec-timeout 60
	tell identities 70
	await '64 cards wait'
	has "$(grep -c '64 cards wait' "$dir/watch")" 6
	kill "$watcher"
	wait "$watcher"
	check_status 0 $? 'watch --exec, SIGTERM'
	rm "$dir/go"
}

statuses()
{
	watch 'exit 3'
	tell "publish $person"
	await 'ended with status 3'
	end_watch 3
	# shellcheck disable=SC2016 # expanded by the command
	watch 'kill -9 $$'
	tell "publish $person"
	await 'ended by signal 9'
	end_watch 3
	# It need not read what it is given, however much it is.
	watch 'exec <&-; echo ran'
	tell large 200000
	await ran
	tell "publish $person"
	lacks "$(<"$dir/watch")" 'signal' 'status'
	end_watch 3
	watch "wc -c"
	tell large 200000
	await 200033
	end_watch 3
	LANG=zh_CN.UTF-8 run 3 --socket "$dir/none" watch --exec 'exit 3'
}

# gone PID: waits until it is.
gone()
{
	local end=$((SECONDS + 10))
	while kill -0 "$1" 2>/dev/null; do
		((SECONDS < end)) || { has "$1" 'a process that is gone'; return; }
		sleep 0.02
	done
	((++passed))
}

# With all that it started.
deadline()
{
	# shellcheck disable=SC2016 # expanded by the command
	watch 'trap "" TERM; sleep 100 & echo $! >'"$dir"'/child; echo started; wait' --exec-timeout 0.3
	tell "publish $person"
	await started
	await 'longer than 0.3 seconds'
	gone "$(<"$dir/child")"
	await 'ended by signal 9'
	tell "publish $person"
	end_watch 3
}

signals()
{
	for signal in INT TERM HUP; do
		# shellcheck disable=SC2016 # expanded by the command
		watch 'echo $$ >'"$dir"'/shell; sleep 100 & echo $! >'"$dir"'/child; echo started; wait'
		tell "publish $person"
		tell "publish $person"
		await started
		kill -"$signal" "$watcher"
		wait "$watcher"
		check_status 0 $? "watch --exec, SIG$signal"
		gone "$(<"$dir/shell")"
		gone "$(<"$dir/child")"
		has "$(grep -c started "$dir/watch")" 1
	done
	# Even if it is killed, the command does not stay behind.
	# shellcheck disable=SC2016 # expanded by the command
	watch 'echo $$ >'"$dir"'/shell; echo started; read -r x <'"$dir"'/commands'
	tell "publish $person"
	await started
	kill -KILL "$watcher"
	wait "$watcher" 2>/dev/null
	gone "$(<"$dir/shell")"
}

status=0
usage;		verdict 'exec: what it takes'
hand_on;	verdict 'exec: the person comes on standard input and nowhere else'
in_order;	verdict 'exec: one at a time, in order'
bound;		verdict 'exec: not more than 64 wait'
statuses;	verdict 'exec: how the command ended'
deadline;	verdict 'exec: a command that takes too long'
signals;	verdict 'exec: the command ends with idcardctl'
echo "# $passed checks"
exit "$status"
