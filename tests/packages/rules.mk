# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian packages: built, looked at, and installed on a laptop (a virtual machine without a network).

PACKAGES := $(B)/packages

.PHONY: dist packages check-packages check-dist check-rpm check-arm64 check-install check-install-trixie
# What others build from.
dist:
	$(Q)tests/packages/dist $(B)/idcard-$(VERSION).tar.xz
	@echo $(B)/idcard-$(VERSION).tar.xz

packages:
	$(Q)tests/packages/build $(PACKAGES)

check-packages: packages
	$(Q)tests/packages/check $(PACKAGES)

# The same, and what is in the archive passes its own tests.
check-dist: packages
	$(Q)tests/packages/check $(PACKAGES) test

check-rpm: packages
	$(Q)tests/packages/rpm $(PACKAGES)

# For arm64, crosswise, compared with those of this machine.
check-arm64: packages
	$(Q)B=$(B) tests/packages/arm64 $(PACKAGES)

check-install: packages module vm-tests
	$(Q)B=$(B) tests/packages/payload $(PACKAGES) $(B)/vm/payload-laptop
	$(Q)tests/packages/install laptop $(B)/vm/payload-laptop

# The same on Debian 13, with packages that were built there.
check-install-trixie: vm-payload-trixie
	$(Q)tests/packages/dist $(B)/builds/idcard-$(VERSION).tar.xz
	$(Q)root=$$(tests/builds/root minimal-trixie) && tests/vm/in-root $(B) "$$root" \
		tests/packages/build --archive /build/idcard-$(VERSION).tar.xz /build/packages-trixie
	$(Q)B=$(B) tests/packages/payload --guest laptop-trixie $(B)/builds/packages-trixie $(B)/vm/payload-laptop-trixie
	$(Q)tests/packages/install laptop-trixie $(B)/vm/payload-laptop-trixie
