#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages are well formed.
. "$(dirname "$0")/lib.sh"
need mandoc mandoc

lint_files '^docs/man/.*\.[1-8]$' | xargs -r -d '\n' mandoc -Tlint -Wwarning
