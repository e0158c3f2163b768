# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The stand-in for the daemon, for tests in shell. They set build, the build folder, first; here come dir, a folder that
# goes with them, and socket in it.
# shellcheck disable=SC2154

dir=$(mktemp -d)
socket=$dir/socket
hub=

stop_hub()
{
	[[ -z $hub ]] || { exec {to_hub}>&-; wait "$hub"; hub=; }
}
trap 'stop_hub; rm -rf "$dir"' EXIT

# start_hub [OPTION…]: the stand-in, listening; commands go to the descriptor to_hub.
start_hub()
{
	stop_hub
	rm -f "$dir/commands" "$dir/hub"
	mkfifo "$dir/commands" "$dir/hub"
	"$build/tests/fake-hub" "$socket" "$@" <"$dir/commands" >"$dir/hub" &
	hub=$!
	exec {to_hub}>"$dir/commands" {from_hub}<"$dir/hub"
	read -r -t 10 -u "$from_hub" || { echo "the stand-in does not start"; exit 1; }
}
