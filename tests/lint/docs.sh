#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Links between documents lead somewhere, sections named in comments exist, both READMEs name the same commands,
# pages show the same commands and pictures in each language, a picture has words for who does not see it and a page
# that shows it, and the frames printed in docs/protocol.md have the right length and checksum.
. "$(dirname "$0")/lib.sh"

pages=$(lint_files '\.md$')

# [text](path) and [text](path#section); links to other machines are not followed.
while IFS= read -r page; do
	while IFS= read -r link; do
		[[ $link =~ ^[a-z]+: ]] && continue
		path=${link%%#*}
		[[ -z $path || -e $(dirname "$page")/$path ]] || complain "$page" "link to $link leads nowhere"
	done < <(grep -oE '\]\([^)]+\)' "$page" | sed 's/^](//; s/)$//')
done <<<"$pages"

# Who does not see a picture is told what it shows; one that no page shows is not kept.
while IFS= read -r page; do
	while IFS= read -r image; do
		[[ $image == '![]('* ]] && complain "$page" "$image says nothing to who does not see it"
	done < <(grep -oE '!\[[^]]*\]\([^)]+\)' "$page")
done <<<"$pages"
pictures=$(lint_files '^docs/pictures/')
while IFS= read -r picture; do
	grep -qE "!\[[^]]+\]\(${picture#docs/}\)" docs/*.md || complain "$picture" "no page shows it"
done <<<"$pictures"

# A page, a comma, sections in double quotes; also when the comment breaks the line.
files=$(lint_files '\.([ch]|sh|py|tbl|mk|rules|in|awk)$|^Kbuild$')
while IFS= read -r file; do
	while IFS= read -r reference; do
		page=${reference%%,*}
		while IFS= read -r section; do
			grep -qE "^#+ $section\$" "$page" || complain "$file" "$page has no section \"$section\""
		done < <(grep -oE '"[^"]+"' <<<"$reference" | tr -d '"')
	done < <(sed 's/^[[:space:]]*[*#]*//; s/^[[:space:]]*//' "$file" | tr '\n' ' ' |
		grep -aoE 'docs/[a-z.-]+\.md,( *(and )?"[^"]+",?)+' || true)
done <<<"$files"

# Every stable word of the interface is explained.
while IFS= read -r word; do
	grep -qF "| \`$word\` |" docs/socket.md || complain docs/socket.md "does not explain $word"
done < <(sed -nE 's/^\tX\([A-Z_]+, "([a-z_-]+)".*/\1/p' userspace/lib/errors.h userspace/lib/identity.h)

# Lines of code without their comments, and what the text has between back quotes, even across two lines.
commands()
{
	{
		awk '/^```/ { code = !code; next } code' "$1" | sed 's/ *#.*//'
		# shellcheck disable=SC2016 # the back quotes are those of the text
		awk '/^```/ { code = !code; next } !code' "$1" | tr -s '\n ' ' ' | grep -oE '`[^`]+`'
	} | LC_ALL=C sort -u
}
diff <(commands README.md) <(commands README.zh-CN.md) ||
	complain README.zh-CN.md "names other commands or files than README.md"

# The same commands and pictures in every language.
shell_lines()
{
	awk '/^ *```/ { code = !code && /sh$/; next } code' "$1" | sed 's/ *#.*//; s/^ *//'
}
pictures_of()
{
	grep -oE '!\[[^]]*\]\([^)]+\)' "$1" | sed 's/.*(//; s/\.zh-CN//'
}
while IFS= read -r page; do
	[[ $page == *.zh-CN.md && -e ${page/.zh-CN/} ]] || continue
	diff <(shell_lines "${page/.zh-CN/}") <(shell_lines "$page") ||
		complain "$page" "shows other commands than ${page/.zh-CN/}"
	diff <(pictures_of "${page/.zh-CN/}") <(pictures_of "$page") ||
		complain "$page" "shows other pictures than ${page/.zh-CN/}"
done <<<"$pages"

# What the pages for developers show of a program stands in an example, which is run.
python3 - <<-'END' || bad=1
	import pathlib, re
	examples = [path.read_text() for path in pathlib.Path("docs/examples").glob("*/*")]
	shown = [(page, block) for page in pathlib.Path("docs").glob("developer*.md")
	         for block in re.findall(r"^```(?:c|python|js|java)\n(.*?)^```$", page.read_text(), re.M | re.S)]
	bad = [page for page, block in shown if not any(block in text for text in examples)]
	for page in bad:
	    print(f"{page}: shows what is in no example")
	raise SystemExit(bool(bad) or not shown)
END

# A whole frame in a line of its own, or between back quotes.
frames=0
while IFS= read -r frame; do
	read -ra byte <<<"$frame"
	sum=0
	for ((i = 5; i < ${#byte[@]}; i++)); do
		((sum ^= 16#${byte[i]})) || true
	done
	size=$((16#${byte[5]}${byte[6]} + 7))
	# The head of a long frame, whose rest is told in words.
	((${#byte[@]} < size && size > 80)) && continue
	((${#byte[@]} == size)) || complain docs/protocol.md "wrong length: $frame"
	((sum == 0)) || complain docs/protocol.md "wrong checksum: $frame"
	frames=$((frames + 1))
done < <(grep -oE '(^[<>] |`|reset:  > |  < )AA AA AA 96 69( [0-9A-F]{2}){5,}' docs/protocol.md | sed 's/^.*AA AA AA 96/AA AA AA 96/')
((frames >= 30)) || complain docs/protocol.md "only $frames frames found to check"
exit "$bad"
