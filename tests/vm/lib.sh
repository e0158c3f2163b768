# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the scripts of this folder share.

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vm_cache=${IDCARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/idcard}
# Kept over the scripts that call each other.
export vm_started=${vm_started:-$EPOCHSECONDS}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

progress()
{
	printf '  %-8s %s (%d s)\n' VM "$*" $((EPOCHSECONDS - vm_started)) >&2
}

# need PROGRAM PACKAGE: says what to install instead of failing in the middle.
need()
{
	PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ||
		die "the program $1 is missing; install it with: apt-get install $2"
}

# The kernel to build for and to boot: the one whose headers are installed.
vm_kernel_version()
{
	local newest

	if [[ -n ${KVER:-} ]]; then
		printf '%s\n' "$KVER"
		return
	fi
	newest=$(find /usr/src -maxdepth 1 -name 'linux-headers-[0-9]*-amd64' -printf '%f\n' |
		sed -n 's/^linux-headers-//; /-\(rt\|cloud\)-amd64$/d; p' | sort -V | tail -n 1)
	[[ -n $newest ]] ||
		die "no kernel headers in /usr/src; install them with: apt-get install linux-headers-amd64"
	printf '%s\n' "$newest"
}

# The lines of a list file without its comments.
vm_list()
{
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$vm_dir/$1"
}

# One folder for one state of what the image is made from.
vm_image_dir()
{
	local key

	key=$({ vm_list packages; vm_list modules; cat "$vm_dir/image"; } | sha256sum | cut -c 1-16)
	printf '%s/vm-%s-%s\n' "$vm_cache" "$1" "$key"
}
