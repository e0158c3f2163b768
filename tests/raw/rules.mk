# SPDX-License-Identifier: GPL-2.0-or-later
# The raw layer, tested in the guest: the kernel module's node and the transports, by raw-vm.

$(eval $(call program,tests/raw-test,$(addprefix tests/raw/,raw.c raw-calls.c raw-faults.c raw-power.c \
	raw-leave.c),,-pthread))
$(eval $(call program,tests/transport-test,tests/raw/transport-test.c $(TRANSPORT_SOURCES) userspace/lib/secret.c,libusb-1.0 libsystemd jansson))
VM_PROGRAMS += tests/raw-test tests/transport-test
