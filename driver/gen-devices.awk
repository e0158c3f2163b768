# SPDX-License-Identifier: GPL-2.0-only
# Makes everything that is made from devices.tbl:
#
#	awk -v make=kernel|udev|hwdb|docs|doctor|check -f gen-devices.awk devices.tbl
#
# Any POSIX awk. check prints what is wrong with the table and fails.

function wrong(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	bad = 1
}

function check_line(id)
{
	if (NF < 6)
		wrong("columns are missing")
	if (id !~ /^[0-9a-f][0-9a-f][0-9a-f][0-9a-f] [0-9a-f][0-9a-f][0-9a-f][0-9a-f]$/)
		wrong("not four lower-case hexadecimal digits: " id)
	if (id == last)
		wrong("twice: " id)
	if (id < last)
		wrong("not sorted: " id)
	if ($5 != "usb" && $5 != "hid")
		wrong("unknown transport: " $5)
	if ($5 == "usb" && $3 != "ff" && $3 != "any")
		wrong("unknown interface: " $3)
	if ($5 == "usb" && $4 != "auto" && $4 != "stream")
		wrong("unknown framing: " $4)
	if ($5 != "usb" && ($3 != "-" || $4 != "-"))
		wrong("HID, but has an interface or framing: " id)
	# Ids of the chip: gadgets of all kinds, and a boot loader.
	if ($1 == "0483")
		wrong("never matched: " id)
	last = id
}

function kernel(    match_, info)
{
	info = $4 == "stream" ? "1 + IDCARD_FRAMING_STREAM" : "0"
	if ($3 == "ff")
		match_ = sprintf("USB_DEVICE_INTERFACE_CLASS(0x%s, 0x%s, 0xff)", $1, $2)
	else
		match_ = sprintf("USB_DEVICE(0x%s, 0x%s)", $1, $2)
	printf "\t{ %s, .driver_info = %s },\n", match_, info
}

function udev(    classes)
{
	classes = $3 == "ff" ? "*:ff????:*" : "*:ff????:*|:00????:*"
	printf "# %s\n", name
	printf "ATTR{idVendor}==\"%s\", ATTR{idProduct}==\"%s\", ENV{ID_USB_INTERFACES}==\"%s\", " \
	       "ENV{ID_IDCARD}=\"1\"\n", $1, $2, classes
}

# The node is the reader; its USB device only must not sleep.
function udev_hid(    ids)
{
	ids = "ATTR%s{idVendor}==\"" $1 "\", ATTR%s{idProduct}==\"" $2 "\""
	printf "# %s\nSUBSYSTEM==\"hidraw\", " ids ", ENV{ID_IDCARD}=\"1\"\n", name, "S", "S"
	printf ids ", GOTO=\"idcard_power\"\n", "", ""
}

function hwdb()
{
	printf "\n# %s\nusb:v%sp%s*\n ID_MODEL_FROM_DATABASE=%s\n", name, toupper($1), toupper($2),
	       name
}

# For idcardctl doctor.
function doctor(    quoted)
{
	quoted = name
	gsub(/"/, "\\\"", quoted)
	printf "\t{ \"%s:%s\", %s, %s, \"%s\" },\n", $1, $2, $3 == "any" ? "true" : "false",
	       $5 == "hid" ? "true" : "false", quoted
}

function docs()
{
	printf "| %s:%s | %s | %s | %s |\n", toupper($1), toupper($2), name,
	       $5 == "hid" ? "yes, as HID" : "yes", note
}

BEGIN {
	if (make == "kernel" || make == "doctor")
		print "/* Generated from devices.tbl. */"
	if (make == "hwdb") {
		print "# SPDX-License-Identifier: GPL-2.0-or-later"
		print "# Generated from driver/devices.tbl. Names of ID-card readers. ID_AUTOSUSPEND is"
		print "# set for none: no reader is known to wake up properly."
	}
	if (make == "docs") {
		print "<!-- SPDX-License-Identifier: GPL-2.0-or-later -->"
		print "<!-- Generated from driver/devices.tbl: make docs/readers.md -->"
		print "# Readers"
		print ""
		print "The readers that are recognised. What `lsusb` shows after \"ID\" is the id. Where"
		print "the remark says \"one source\", nobody reported success or failure yet."
		print "Serial readers, and HID readers with an id that other devices share, are named"
		print "by the administrator: idcardd.conf(5)."
		print ""
		print "| id | reader | recognised | remarks |"
		print "|---|---|---|---|"
	}
}

/^[ \t]*(#|$)/ { next }

{
	name = $0
	sub(/^[ \t]*([^ \t]+[ \t]+)([^ \t]+[ \t]+)([^ \t]+[ \t]+)([^ \t]+[ \t]+)([^ \t]+[ \t]+)/, "", name)
	note = ""
	if (name ~ /;/) {
		note = name
		sub(/^[^;]*;[ \t]*/, "", note)
		sub(/[ \t]*;.*$/, "", name)
	}
	check_line($1 " " $2)
}

make == "docs" { docs() }
make == "doctor" { doctor() }
make == "kernel" && $5 == "usb" { kernel() }
make == "udev" && $5 == "usb" { udev() }
make == "udev" && $5 == "hid" { udev_hid() }
make == "hwdb" { hwdb() }

END { exit bad }
