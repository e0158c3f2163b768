# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the checks of this folder share: result STATUS WHAT prints a line of result; a check ends with "exit $failed".

failed=0

result()
{
	if (($1 == 0)); then
		printf 'ok - packages: %s\n' "$2"
	else
		printf 'not ok - packages: %s\n' "$2"
		# shellcheck disable=SC2034
		failed=1
	fi
}
