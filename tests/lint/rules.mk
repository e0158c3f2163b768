# SPDX-License-Identifier: GPL-2.0-or-later
# Checks of what is written: style, spelling, licences, manual pages, units. One file each.

.PHONY: lint
lint:
	$(Q)tests/lint/run

