# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel module, what is made from the table of readers, and the tests of both.

# The newest kernel whose headers are here.
KVER ?= $(notdir $(patsubst %/build,%,$(lastword $(shell ls -dv /lib/modules/*/build 2>/dev/null))))
ifeq ($(KVER),)
KVER := $(patsubst /usr/src/linux-headers-%,%,$(lastword $(shell ls -dv /usr/src/linux-headers-*-$(shell dpkg --print-architecture 2>/dev/null) 2>/dev/null)))
endif
KDIR ?= $(firstword $(wildcard /lib/modules/$(KVER)/build /usr/src/linux-headers-$(KVER)))

MODULE_DIR     := $(B)/module-$(KVER)
MODULE_SOURCES := Kbuild $(wildcard driver/*.c driver/*.h driver/uapi/*.h) driver/devices.tbl driver/gen-devices.awk
DEVICES         = awk -v make=$(1) -f driver/gen-devices.awk driver/devices.tbl

# Built in a copy: the source tree stays clean.
$(MODULE_DIR)/%: %
	@mkdir -p $(@D)
	$(Q)cp -p $< $@

.PHONY: module
module: $(MODULE_DIR)/idcard.ko

$(MODULE_DIR)/idcard.ko: $(MODULE_SOURCES:%=$(MODULE_DIR)/%)
	@test -n "$(KDIR)" || { echo "No kernel headers for '$(KVER)'. Install: linux-headers-$(or $(KVER),amd64)" >&2; exit 1; }
	$(call say,MODULE,$@)
	$(Q)$(MAKE) --no-print-directory -C $(KDIR) M=$(abspath $(@D)) $(if $(V),V=$(V),-s) modules

# Every warning of the compiler's second level and of sparse is an error here.
.PHONY: check-module
check-module:
	$(Q)rm -rf $(B)/module-check && mkdir -p $(B)/module-check/driver
	$(Q)cp -rp Kbuild driver $(B)/module-check/
	$(Q)$(MAKE) --no-print-directory -C $(KDIR) M=$(abspath $(B)/module-check) W=1 C=2 modules >$(B)/module-check/log 2>&1 || { cat $(B)/module-check/log; exit 1; }
	$(Q)if grep -E 'warning|error' $(B)/module-check/log; then exit 1; fi
	@echo "ok - the module builds without a warning for $(KVER)"

# What is made from devices.tbl.
.PHONY: devices check-devices
devices: $(B)/70-idcard.rules $(B)/70-idcard.hwdb

$(B)/70-idcard.rules: udev-rules/70-idcard.rules.in driver/devices.tbl driver/gen-devices.awk
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)$(call DEVICES,udev) >$@.devices
	$(Q)sed -e '/^@DEVICES@$$/{r $@.devices' -e 'd}' $< >$@.tmp && mv $@.tmp $@
	$(Q)rm -f $@.devices

$(B)/70-idcard.hwdb: driver/devices.tbl driver/gen-devices.awk
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)$(call DEVICES,hwdb) >$@.tmp && mv $@.tmp $@

.PHONY: docs/readers.md
docs/readers.md:
	$(call say,GEN,$@)
	$(Q)$(call DEVICES,docs) >$@.tmp && mv $@.tmp $@

check-devices: $(B)/70-idcard.rules $(B)/70-idcard.hwdb
	$(Q)$(call DEVICES,check)
	$(Q)$(call DEVICES,docs) | diff -u docs/readers.md - || { echo "docs/readers.md is out of date: make docs/readers.md" >&2; exit 1; }
	@echo "ok - the table of readers"

TRANSPORT_SOURCES := $(addprefix userspace/transport/,transport.c options.c node.c usb.c usb-loop.c \
	fd-exchange.c hid.c serial.c stx.c)

UNIT_TESTS += test-frame test-exchange test-transport-node test-transport-usb test-transport-hid \
	test-transport-serial test-transport-stx test-hid-report test-stx test-config
$(eval $(call test-program,test-frame,tests/unit/test-frame.c,cmocka))
$(eval $(call test-program,test-exchange,tests/unit/test-exchange.c,cmocka))
$(eval $(call test-program,test-transport-node,tests/unit/test-transport-node.c $(TRANSPORT_SOURCES) userspace/lib/secret.c,cmocka libusb-1.0 libsystemd jansson))
$(eval $(call test-program,test-transport-hid,tests/unit/test-transport-hid.c $(TRANSPORT_SOURCES) userspace/lib/secret.c,cmocka libusb-1.0 libsystemd jansson))
$(eval $(call test-program,test-transport-serial,tests/unit/test-transport-serial.c $(TRANSPORT_SOURCES) userspace/lib/secret.c,cmocka libusb-1.0 libsystemd jansson,,-Wl$(comma)--wrap=tcflush))
$(eval $(call test-program,test-transport-stx,tests/unit/test-transport-stx.c $(TRANSPORT_SOURCES) userspace/lib/secret.c,cmocka libusb-1.0 libsystemd jansson,,-Wl$(comma)--wrap=clock_gettime))
$(eval $(call test-program,test-hid-report,tests/unit/test-hid-report.c,cmocka))
$(eval $(call test-program,test-stx,tests/unit/test-stx.c userspace/transport/stx.c,cmocka))
$(eval $(call test-program,test-config,tests/unit/test-config.c userspace/daemon/place.c userspace/transport/options.c $(addprefix userspace/lib/,config.c secret.c),cmocka inih libsystemd jansson,-Iuserspace/daemon))
# The double's functions come first, so the library's are not used.
$(eval $(call test-program,test-transport-usb,tests/unit/test-transport-usb.c tests/daemon/libusb-pty.c $(TRANSPORT_SOURCES) userspace/lib/secret.c,cmocka libsystemd jansson,$(call pkg_cflags,libusb-1.0)))

# The module's source where DKMS looks for it: for driver/dkms, and for the package idcard-dkms.
DKMS_DIR     := $(DESTDIR)/usr/src/idcard-$(VERSION)
DKMS_SOURCES := $(filter-out driver/rules.mk,$(MODULE_SOURCES))

.PHONY: install-dkms
install-dkms:
	$(Q)for f in $(DKMS_SOURCES); do install -D -m 644 $$f $(DKMS_DIR)/$$f || exit 1; done
	$(Q)sed 's/@VERSION@/$(VERSION)/' driver/dkms.conf.in >$(DKMS_DIR)/dkms.conf
