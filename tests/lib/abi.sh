#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints the binary interface of a library as XML: abi.sh LIBRARY. Only what idcard.h shows, no paths, no lines.
set -euo pipefail

public=$(mktemp -d)
trap 'rm -rf "$public"' EXIT
# What is in other headers of its folder is private.
cp userspace/lib/idcard.h "$public"
abidw --headers-dir "$public" --drop-private-types --exported-interfaces-only --drop-undefined-syms --no-corpus-path \
	--no-comp-dir-path --no-show-locs --no-elf-needed --no-architecture --no-write-default-sizes "$1" |
	sed "1a <!-- SPDX-License-Identifier: GPL-2.0-or-later -->"
