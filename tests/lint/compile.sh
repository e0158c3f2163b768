#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every program builds without a warning, with gcc and with clang. Below build/, so that a second run is quick.
. "$(dirname "$0")/lib.sh"
need gcc gcc
need clang clang

said=$(make -s -j"$(nproc)" lint-compile 2>&1) || die "$(grep -vE '^ +(CC|LD) ' <<<"$said")"
