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

# A firmware with Secure Boot, and what signs for it.
vm_firmware=/usr/share/OVMF
# shellcheck disable=SC2034 # for image
vm_firmware_keys=/usr/share/ovmf
vm_need_firmware()
{
	[[ -e $vm_firmware/OVMF_CODE_4M.secboot.fd ]] || die "no firmware; install it with: apt-get install ovmf"
	need sbsign sbsigntool
	need openssl openssl
}

# Which guest: Debian 12 as it is (bookworm), with the kernel of tests/kasan (kasan), or Debian 13 (trixie).
# Those have what our programs are linked with; a laptop has it beside it, as packages (tests/packages).
# Kept over the scripts that call each other.
vm_set_guest()
{
	case $1 in
	bookworm|kasan|trixie|laptop|laptop-trixie)
		export IDCARD_GUEST=$1 ;;
	*)	die "--guest is bookworm, kasan, trixie, laptop or laptop-trixie, not $1" ;;
	esac
}
vm_set_guest "${IDCARD_GUEST:-bookworm}"

# The kernel to build for and to boot.
vm_kernel_version()
{
	case $IDCARD_GUEST in
	bookworm|laptop)	vm_host_kernel ;;
	kasan)			cat "$(vm_kasan_kernel)/version" ;;
	trixie|laptop-trixie)	basename "$(vm_headers)" | sed 's/^linux-headers-//' ;;
	esac
}

# Where its module is built.
vm_headers()
{
	local root

	case $IDCARD_GUEST in
	bookworm|laptop)
		printf '/usr/src/linux-headers-%s\n' "$(vm_host_kernel)" ;;
	kasan)	printf '%s/build\n' "$(vm_kasan_kernel)" ;;
	# The newer ones are of its backports.
	trixie|laptop-trixie)
		root=$(vm_trixie_root)
		find "$root/usr/src" -maxdepth 1 -name 'linux-headers-*-amd64' -printf '%f\n' |
			grep -v -e '-\(rt\|cloud\)-amd64$' | sort -V | sed "s|^|$root/usr/src/|; q"
		;;
	esac
}

vm_kasan_kernel()
{
	"$vm_dir/../kasan/kernel"
}

# A Debian 13 with compilers and libraries, which the tests of building have as well.
vm_trixie_root()
{
	"$vm_dir/../builds/root" trixie
}

# The kernel whose headers are installed on this machine.
vm_host_kernel()
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

	key=$({ vm_packages; vm_libraries; vm_list modules; cat "$vm_dir"/{image,stick}; } | sha256sum | cut -c 1-16)
	printf '%s/vm-%s-%s\n' "$vm_cache" "$1" "$key"
}

# Packages of the guest.
vm_packages()
{
	vm_list packages
	case $IDCARD_GUEST in
	laptop*)	vm_list packages-laptop ;;
	*)		vm_libraries ;;
	esac
}

# What our programs are linked with, as the guest's release names it.
vm_libraries()
{
	if [[ $IDCARD_GUEST == *trixie ]]; then
		vm_list libraries | sed -e 's/^libfuse3-3$/libfuse3-4/' -e 's/^\(libelf1\|libmicrohttpd12\)$/\1t64/'
	else
		vm_list libraries
	fi
}

# The source of the kernel with the checks of tests/kasan, and the folder for one state of what it is
# made from.
kasan_source()
{
	local newest

	newest=$(find /usr/src -maxdepth 1 -name 'linux-source-*.tar.xz' | sort -V | tail -n 1)
	[[ -n $newest ]] ||
		die "the kernel's source is missing; install it with: apt-get install linux-source"
	printf '%s\n' "$newest"
}

kasan_dir()
{
	local key

	key=$({ grep -E '^(# )?CONFIG_' "$vm_dir/../kasan/config"; dpkg-query -W 'linux-source-*'; } | sha256sum)
	printf '%s/kasan-%s\n' "$vm_cache" "${key:0:16}"
}
