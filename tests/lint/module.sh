#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel module builds without a warning of the compiler (W=1) or of sparse.
. "$(dirname "$0")/lib.sh"
need sparse sparse

said=$(make -s check-module 2>&1) || die "$said"
