# SPDX-License-Identifier: GPL-2.0-or-later
# Checks of what is written: style, spelling, licences, manual pages, units. One file each.

.PHONY: lint
lint:
	$(Q)tests/lint/run

# What the manual has to speak of: MODE:SOURCE:DESTINATION, and TARGET:LINK.
.PHONY: lint-installed
lint-installed:
	@printf '%s\n' $(INSTALL) $(INSTALL_LINKS)

