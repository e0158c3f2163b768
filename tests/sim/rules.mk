# SPDX-License-Identifier: GPL-2.0-or-later
# The simulated reader. Test equipment: never installed with the product.

SIM := tests/sim
SIM_SAM := $(SIM)/sam.c $(SIM)/stx.c $(SIM)/fault.c $(SIM)/persona.c $(SIM)/encode.c
SIM_USB_PURE := $(SIM)/usb-device.c $(SIM)/usb-descriptors.c $(SIM)/usb-hid.c $(SIM)/usb-acm.c
SIM_USB := $(SIM)/usbip.c $(SIM)/usbip-wire.c $(SIM)/usb-queue.c $(SIM)/vhci.c $(SIM_USB_PURE)
SIM_DAEMON := $(SIM)/main.c $(SIM)/control.c $(SIM)/commands.c $(SIM)/reader.c $(SIM)/pty.c \
	      $(SIM_USB) $(SIM_SAM)

$(eval $(call program,tests/idcard-sim,$(SIM_DAEMON),libsystemd))
$(eval $(call program,tests/sim,$(SIM)/sim-ctl.c,libsystemd))
$(eval $(call program,tests/libusb-floor,$(SIM)/try-libusb.c,libusb-1.0))

# Their clock is a variable: nothing in them sleeps.
SIM_TEST := $(SIM)/drive.c $(SIM_SAM)
$(eval $(call test-program,tests/test-sim-frames,tests/unit/test-sim-frames.c $(SIM_TEST),cmocka,-I$(SIM)))
$(eval $(call test-program,tests/test-sim-sam,tests/unit/test-sim-sam.c $(SIM_TEST),cmocka,-I$(SIM)))
$(eval $(call test-program,tests/test-sim-fault,tests/unit/test-sim-fault.c $(SIM_TEST),cmocka,-I$(SIM)))

$(eval $(call test-program,tests/test-sim-stx,tests/unit/test-sim-stx.c $(SIM_TEST),cmocka,-I$(SIM)))
$(eval $(call test-program,tests/test-sim-usb,tests/unit/test-sim-usb.c $(SIM_USB_PURE),cmocka,-I$(SIM)))

UNIT_TESTS += tests/test-sim-frames tests/test-sim-sam tests/test-sim-fault tests/test-sim-stx
UNIT_TESTS += tests/test-sim-usb
SIM_PROGRAMS += tests/idcard-sim tests/sim tests/libusb-floor

# Test equipment, which make install does not install: a package of its own (debian/idcard-sim.install).
SIMDIR := $(DESTDIR)$(LIBDIR)/idcard-sim
.PHONY: install-sim
install-sim: $(addprefix $(B)/tests/,idcard-sim sim)
	$(Q)install -d $(SIMDIR)/personas
	$(Q)install -m 755 $(addprefix $(B)/tests/,idcard-sim sim) $(SIMDIR)/
	$(Q)install -m 644 tests/personas/* $(SIMDIR)/personas/
