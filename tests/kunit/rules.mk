# SPDX-License-Identifier: GPL-2.0-or-later
# KUnit tests of the driver, built for the kernel of tests/kasan and run on it. Never installed.

KUNIT_DIR     := $(B)/kunit
KUNIT_SOURCES := $(wildcard driver/*.c driver/*.h driver/uapi/*.h tests/kunit/*.c tests/kunit/*.h)

$(KUNIT_DIR)/Kbuild: tests/kunit/Kbuild
	@mkdir -p $(@D)
	$(Q)cp -p $< $@

$(KUNIT_DIR)/%: %
	@mkdir -p $(@D)
	$(Q)cp -p $< $@

# KUNIT_KDIR: the folder of a kernel with CONFIG_KUNIT to build for.
.PHONY: kunit check-kunit
kunit: $(KUNIT_DIR)/Kbuild $(KUNIT_SOURCES:%=$(KUNIT_DIR)/%)
	@test -n "$(KUNIT_KDIR)" || { echo "KUNIT_KDIR is not set: the folder of a kernel with CONFIG_KUNIT" >&2; exit 1; }
	$(call say,MODULE,$(KUNIT_DIR)/idcard-kunit.ko)
	$(Q)$(MAKE) --no-print-directory -C $(KUNIT_KDIR) M=$(abspath $(KUNIT_DIR)) $(if $(V),V=$(V),-s) modules

check-kunit: vm-payload
	+$(Q)MAKE='$(MAKE)' tests/kunit/run $(B)
