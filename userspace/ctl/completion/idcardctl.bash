# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# idcardctl in bash: the program itself says what may come next, see userspace/ctl/complete.h.

_idcardctl()
{
	local line
	local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")

	# Of "--portrait=" only the "=" is a word of bash; the one that is typed comes after it.
	[[ ${words[-1]} != = ]] || words+=('')
	COMPREPLY=()
	while IFS= read -r line; do
		case $line in
		:file) compopt -o default ;;
		:folder) compopt -o dirnames ;;
		*) COMPREPLY+=("$line") ;;
		esac
	done < <("$1" complete -- "${words[@]}" 2>/dev/null)
}
complete -F _idcardctl idcardctl
