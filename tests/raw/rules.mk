# SPDX-License-Identifier: GPL-2.0-or-later
# The raw layer, tested in the guest: the kernel module's node and the transports, by raw-vm; the
# module's life cycle, by raw-life.

$(eval $(call program,tests/raw-test,$(addprefix tests/raw/,raw-test.c raw.c raw-calls.c raw-faults.c \
	raw-power.c raw-leave.c),,-pthread))
$(eval $(call program,tests/raw-life,$(addprefix tests/raw/,life.c life-world.c life-unplug.c life-unload.c \
	life-states.c life-sleep.c life-gadget.c life-pair.c life-silent.c life-alloc.c raw.c),,-pthread))
$(eval $(call program,tests/raw-fuzz,$(addprefix tests/raw/,fuzz.c fuzz-calls.c fuzz-device.c fuzz-descriptors.c) \
	$(addprefix tests/sim/,usbip-wire.c vhci.c usb-device.c usb-descriptors.c usb-hid.c usb-acm.c),,-pthread -Itests/sim))
$(eval $(call program,tests/transport-test,tests/raw/transport-test.c $(TRANSPORT_SOURCES) userspace/lib/secret.c,libusb-1.0 libsystemd jansson))
VM_PROGRAMS += tests/raw-fuzz tests/raw-test tests/raw-life tests/transport-test
