#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Everything in C but the kernel module compiles without a warning, with gcc and with clang, optimized, each file with
# each set of definitions that it is built with. Without sanitizers, which find nothing while compiling and take most
# of the time. Nothing is linked: that is done by what builds the programs.
. "$(dirname "$0")/lib.sh"
need gcc gcc
need clang clang

list=$(lint_compiled all)

# What nobody compiles is looked at by nobody. What runs in a kernel is built by its own rules.
compiled=$(cut -d' ' -f1 <<<"$list" | sort -u)
files=$(lint_files '\.c$' | grep -vE '^(driver|tests/kunit|tests/kasan)/')
missing=$(comm -23 <(LC_ALL=C sort <<<"$files") <(LC_ALL=C sort <<<"$compiled"))
[[ -z $missing ]] || die "make check-build does not compile: $missing"

# What a fuzzer is made of is for clang alone.
said=$({
	grep -v '^tests/fuzz/' <<<"$list" | lint_each gcc -O2 -Werror -D_FORTIFY_SOURCE=2
	lint_each clang -O2 -Werror -D_FORTIFY_SOURCE=2 <<<"$list"
} 2>&1) || die "$said"
