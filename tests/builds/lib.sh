# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the scripts of this folder share. Each of them prints "ok - builds: …" or "not ok - builds: …".

builds_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$builds_dir/../.." && pwd)
# shellcheck disable=SC2034
builds_cache=${IDCARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/idcard}
build=$(cd "$top" && mkdir -p "${B:-build}/builds" && cd "${B:-build}/builds" && pwd)
export builds_started=${builds_started:-$EPOCHSECONDS}
# What the script ends with.
# shellcheck disable=SC2034
failed=0

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

progress()
{
	printf '  %-8s %s (%d s)\n' BUILDS "$*" $((EPOCHSECONDS - builds_started)) >&2
}

# need PROGRAM PACKAGE
need()
{
	command -v "$1" >/dev/null || die "the program $1 is missing; install it with: apt-get install $2"
}

# try NAME LOG COMMAND…: one line of result; what the command said is shown when it failed, or warned.
try()
{
	local name=$1 log=$2 seconds=$EPOCHSECONDS status=0
	shift 2

	mkdir -p "${log%/*}"
	"$@" >"$log" 2>&1 </dev/null || status=$?
	if ((status == 0)) && ! grep -E -m 1 '\bwarning\b|\berror:' "$log" >/dev/null; then
		printf 'ok - builds: %s (%d s)\n' "$name" $((EPOCHSECONDS - seconds))
		return 0
	fi
	printf 'not ok - builds: %s (%d s, status %d, %s)\n' "$name" $((EPOCHSECONDS - seconds)) "$status" "$log"
	grep -E '\bwarning\b|error:|not ok|FAIL' "$log" | head -n 40 | sed 's/^/    /'
	tail -n 10 "$log" | sed 's/^/    | /'
	# shellcheck disable=SC2034
	failed=1
	return 1
}

# in_root ROOT COMMAND…: the command in that Debian, the tree below /tree (read only) and the folder of
# results below /build. Mounts end with it.
in_root()
{
	local root=$1
	shift
	# shellcheck disable=SC2016
	nice unshare --mount --propagation private bash -euc '
		root=$1 tree=$2 build=$3
		shift 3
		mount --bind "$tree" "$root/tree"
		mount -o remount,bind,ro "$root/tree"
		mount --bind "$build" "$root/build"
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
			sh -c "cd /tree && exec \"\$@\"" sh "$@"' bash "$root" "$top" "$build" "$@"
}

# Headers of stock kernels in a root: headers_in ROOT ARCHITECTURE.
headers_in()
{
	find "$1/usr/src" -maxdepth 1 -name "linux-headers-*-$2" -printf '%f\n' |
		grep -vE -- '-(rt|cloud)-' | sort -V
}

jobs=$(nproc)
((jobs <= 2)) || jobs=2
