#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The driver follows the kernel's style: checkpatch --strict without a word. checkpatch.pl is taken from
# Debian's package of the kernel's source, once.
. "$(dirname "$0")/lib.sh"
need perl perl

archive=$(find /usr/src -maxdepth 1 -name 'linux-source-[0-9]*.tar.xz' | sort -V | tail -n 1)
[[ -n $archive ]] || die "no /usr/src/linux-source-*.tar.xz; install it with: apt-get install linux-source"
name=$(basename "$archive" .tar.xz)

# What it reads besides itself: misspellings, structs that ought to be const, and a header that tells it the
# names of USB descriptors, which are CamelCase by the standard.
parts=(scripts/checkpatch.pl scripts/spelling.txt scripts/const_structs.checkpatch include/uapi/linux/usb/ch9.h)
dir=$lint_cache/checkpatch-$({ stat -c '%n %s %Y' "$archive"; echo "${parts[@]}"; } | sha256sum | cut -c 1-16)

if [[ ! -e $dir/scripts/checkpatch.pl ]]; then
	mkdir -p "$lint_cache"
	tmp=$(mktemp -d "$lint_cache/checkpatch.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	tar -C "$tmp" --strip-components=1 -xJf "$archive" "${parts[@]/#/$name/}"
	# Two runs at once both bring the same files; the second finds the first one's.
	mv -T "$tmp" "$dir" 2>/dev/null || [[ -e $dir/scripts/checkpatch.pl ]]
fi

files=$(lint_files '^driver/.*\.[ch]$')
bad=0
while IFS= read -r file; do
	ignore=
	case $file in
	# Compiled into user space too, where u8 is made from uint8_t.
	driver/frame.h)	ignore=--ignore=PREFER_KERNEL_TYPES ;;
	esac
	# It looks for include/ where it runs, and leaves a file there.
	said=$(top=$PWD && cd "$dir" && perl scripts/checkpatch.pl --no-tree --root=. --strict --terse --no-summary \
		${ignore:+"$ignore"} --file "$top/$file" 2>&1) || bad=1
	[[ -z $said ]] || printf '%s\n' "${said//"$PWD/"/}"
done <<<"$files"
exit "$bad"
