#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs and libraries pass cppcheck. A finding that is wrong is suppressed in the line before it, with the reason.
. "$(dirname "$0")/lib.sh"
need cppcheck cppcheck

read -ra includes <<<"$lint_includes"
# legacyUninitvar takes for unset what another argument of the same call fills; uninitvar, the newer check, stays.
lint_files '^userspace/.*\.c$' | cppcheck --file-list=- --quiet -j 2 --std=c11 --language=c \
	--enable=warning,performance,portability --inline-suppr --suppress=legacyUninitvar \
	--error-exitcode=1 \
	--template='{file}:{line}: {id}: {message}' -D_GNU_SOURCE -DIDCARD_VERSION='"0"' "${includes[@]}" \
	--include="/usr/include/$(gcc -print-multiarch)/sys/queue.h" --include=tests/lint/cppcheck.h
