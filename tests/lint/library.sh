#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual pages of section 3 name each function of idcard.h, with the same types, and no other.
. "$(dirname "$0")/lib.sh"

# "int idcard_next(idcard_client *c, ...)", one a line.
header()
{
	gcc -E -P userspace/lib/idcard.h | tr '\n' ' ' | tr ';' '\n' |
		grep -oE '[a-z_ ]+[ *]idcard_[a-z0-9_]+\([^)]*\)$' | sed -E 's/^ *//; s/ +/ /g' | LC_ALL=C sort
}

# .Ft TYPE, then .Fn NAME "ARGUMENT" ...
pages()
{
	# shellcheck disable=SC2016 # the dollars are of awk
	lint_files '^docs/man/.*\.3$' | xargs -d '\n' awk '
		/^\.Ft / { sub(/^\.Ft /, ""); gsub(/"/, ""); type = $0 }
		/^\.Fn / && type {
			name = $2
			n = split($0, part, "\"")
			list = ""
			for (i = 2; i <= n; i += 2)
				list = list (i > 2 ? ", " : "") part[i]
			print type (type ~ /\*$/ ? "" : " ") name "(" list ")"
			type = ""
		}' | LC_ALL=C sort
}

[[ $(header | wc -l) -ge 30 ]] || die "userspace/lib/idcard.h: no functions found"
diff <(header) <(pages) || die "docs/man/*.3: other functions than in userspace/lib/idcard.h"
