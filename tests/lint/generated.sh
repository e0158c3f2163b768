#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The table of readers is well formed, and what is kept in the tree of what is made from it is current.
. "$(dirname "$0")/lib.sh"

said=$(make -s check-devices 2>&1) || die "$said"
