# SPDX-License-Identifier: GPL-2.0-or-later
# idcardctl in fish: the program itself says what may come next, see userspace/ctl/complete.h.

function __idcardctl_offers
	set -l words (commandline -opc) (commandline -ct)
	set -l head (string match -r -- '^--[^=]*=' $words[-1])
	set -l path (string replace -r -- '^--[^=]*=' '' $words[-1])

	for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)
		switch $line
			case :file
				__fish_complete_path $path | string replace -r '^' -- "$head"
			case :folder
				__fish_complete_directories $path | string replace -r '^' -- "$head"
			case '*'
				echo $line
		end
	end
end

complete -c idcardctl -f -a '(__idcardctl_offers)'
