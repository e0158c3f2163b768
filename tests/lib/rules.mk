# SPDX-License-Identifier: GPL-2.0-or-later
# libidcard as others get it: its symbols, its binary interface, its examples against the stand-in for idcardd.

.PHONY: check-library check-library-installed abi-update
check-unit: check-library
check-library: $(B)/libidcard.so
	$(Q)tests/lib/test-library.sh $(B)/libidcard.so.$(VERSION) $(SOVERSION)

check-daemon: check-library-installed
check-library-installed: all $(B)/tests/fake-hub
	$(Q)tests/lib/test-installed.sh $(B)

# After a change of idcard.h that is meant, and compatible.
abi-update: $(B)/libidcard.so
	$(Q)tests/lib/abi.sh $(B)/libidcard.so.$(VERSION) >tests/lib/libidcard.abi.new
	$(Q)mv tests/lib/libidcard.abi.new tests/lib/libidcard.abi
