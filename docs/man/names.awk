# SPDX-License-Identifier: GPL-2.0-or-later
# PAGE:NAME for each name in the section NAME of manual pages but that of the page itself.
FNR == 1 {
	page = FILENAME
	sub(/.*\//, "", page)
	own = page
	sub(/\.[1-8]$/, "", own)
}

/^\.Sh / { names = $2 == "NAME" }

names && $1 == ".Nm" && $2 != own { print page ":" $2 }
