# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the tests of idcardctl share, beside the stand-in for the daemon (hub.sh): looking at what idcardctl says. They set
# build, the build folder, first, and use what is set here.
# shellcheck disable=SC2034,SC2154
set -u

# shellcheck source=tests/daemon/hub.sh
. "${BASH_SOURCE[0]%/*}/hub.sh"
ctl=$build/idcardctl
passed=0 failed=0
unset LC_ALL LC_MESSAGES IDCARD_SOCKET
export LANG=C.UTF-8

# run STATUS ARGUMENT…: idcardctl, its output in $out, what it complains in $err.
run()
{
	local wanted=$1
	shift
	out=$("$ctl" --socket "$socket" "$@" 2>"$dir/err" </dev/null)
	check_status "$wanted" $? "$*"
	err=$(<"$dir/err")
}

check_status()
{
	if [[ $1 == "$2" ]]; then
		((++passed))
	else
		((++failed))
		printf '# idcardctl %s: exit status %s, not %s\n' "$3" "$2" "$1"
	fi
}

# has TEXT PART…, lacks TEXT PART…
has()
{
	local text=$1 part
	for part in "${@:2}"; do
		if [[ $text == *"$part"* ]]; then
			((++passed))
		else
			((++failed))
			printf '# line %s: «%s» is not in:\n%s\n' "${BASH_LINENO[0]}" "$part" "$text"
		fi
	done
}

lacks()
{
	local text=$1 part
	for part in "${@:2}"; do
		if [[ $text != *"$part"* ]]; then
			((++passed))
		else
			((++failed))
			printf '# line %s: «%s» must not be in:\n%s\n' "${BASH_LINENO[0]}" "$part" "$text"
		fi
	done
}

# Waits until $dir/watch has a line with $1.
await()
{
	local end=$((SECONDS + 10))
	until grep -qF -- "$1" "$dir/watch"; do
		((SECONDS < end)) || { has "$(<"$dir/watch")" "$1"; return; }
		sleep 0.02
	done
	((++passed))
}

tell()
{
	printf '%s\n' "$*" >&"$to_hub"
	read -r -t 10 -u "$from_hub"
}

# What the group $1 found.
verdict()
{
	if ((failed)); then
		echo "not ok ctl: $1"
		status=1
	else
		echo "ok ctl: $1"
	fi
	failed=0
}
