#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a desktop shows of the operator page: well formed, with an icon that there is, at the port of idcard-web.
. "$(dirname "$0")/lib.sh"
need desktop-file-validate desktop-file-utils
need appstreamcli appstream
need python3 python3

said=$(make -s lint-installed 2>&1) || die "$said"
places=$(awk -F: '{ print $NF }' <<<"$said")
port=$(sed -n 's/^\tSETTINGS_PORT = \([0-9]*\),$/\1/p' userspace/web/settings.h)
[[ -n $port ]] || die 'no SETTINGS_PORT in userspace/web/settings.h'

entries=$(lint_files '\.desktop$')
for entry in $entries; do
	said=$(desktop-file-validate "$entry" 2>&1 || echo refused)
	[[ -z $said ]] || complain "$entry" "$said"
	grep -qxF "Exec=xdg-open http://127.0.0.1:$port/" "$entry" || complain "$entry" "does not open port $port"
	icon=$(sed -n 's/^Icon=//p' "$entry")
	for file in "scalable/apps/$icon.svg" "symbolic/apps/$icon-symbolic.svg"; do
		grep -qF "/share/icons/hicolor/$file" <<<"$places" || complain "$entry" "its icon $file is not installed"
	done
done

components=$(lint_files '\.metainfo\.xml$')
for component in $components; do
	said=$(appstreamcli validate --no-net --no-color --explain "$component" 2>&1) || complain "$component" "$said"
	id=$(sed -n 's/.*<id>\(.*\)<\/id>.*/\1/p' "$component")
	[[ $(basename "$component") == "$id.metainfo.xml" ]] || complain "$component" "its id is $id"
	entry=$(sed -n 's/.*<launchable type="desktop-id">\(.*\)<.*/\1/p' "$component")
	grep -qF "/share/applications/$entry" <<<"$places" || complain "$component" "launches $entry, which there is not"
done

# An icon is a square, and needs nothing from elsewhere.
lint_files '^userspace/web/.*\.svg$' | python3 -c '
import sys, xml.etree.ElementTree as tree
for path in sys.stdin.read().split():
    root = tree.parse(path).getroot()
    box = root.get("viewBox").split()
    if box[2] != box[3] or any(name.endswith("href") for node in root.iter() for name in node.attrib):
        print(f"{path}: not a square, or takes something from elsewhere")
        sys.exit(1)
' || bad=1
exit "$bad"
