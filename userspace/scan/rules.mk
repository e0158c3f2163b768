# SPDX-License-Identifier: GPL-2.0-or-later
# idcard-scan: keyboard-type scanners become entries.

SCAN_PURE := $(addprefix userspace/scan/,keys.c lines.c settings.c)
SCAN_SRC  := $(addprefix userspace/scan/,main.c devices.c scanner.c delivery.c) $(SCAN_PURE)

PROGRAMS += $(B)/idcard-scan
INSTALL += 0755:$(B)/idcard-scan:$(SBINDIR)/idcard-scan
$(eval $(call program,idcard-scan,$(SCAN_SRC) $(LIB_BASE) $(LIB_HUB) $(addprefix $(LIB)/,config.c log.c loop.c watchdog.c),\
	libevdev libudev libsystemd inih jansson))

UNIT_TESTS += tests/test-scan-keys tests/test-scan-lines tests/test-scan-settings
$(eval $(call test-program,tests/test-scan-keys,tests/unit/test-scan-keys.c userspace/scan/keys.c,cmocka))
$(eval $(call test-program,tests/test-scan-lines,tests/unit/test-scan-lines.c userspace/scan/lines.c,cmocka))
$(eval $(call test-program,tests/test-scan-settings,tests/unit/test-scan-settings.c userspace/scan/settings.c \
	$(addprefix userspace/lib/,config.c secret.c),cmocka inih jansson))

# The rule names the program where it is installed.
$(B)/70-idcard-scan.rules: udev-rules/70-idcard-scan.rules FORCE
	@mkdir -p $(@D)
	$(Q)sed 's,/usr/sbin/,$(SBINDIR)/,' $< >$@
install-files: $(B)/70-idcard-scan.rules
INSTALL += 0644:$(B)/70-idcard-scan.rules:$(LIBDIR)/udev/rules.d/70-idcard-scan.rules
