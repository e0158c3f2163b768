# SPDX-License-Identifier: GPL-2.0-or-later
# idcardd and its clients as processes, without any hardware.

# The daemon with a stand-in for libusb, and with ASan.
$(eval $(call test-program,tests/idcardd,$(wildcard userspace/daemon/*.c) $(TRANSPORT_SRC) \
	$(LIB_READER) $(LIB_IDENTITY) $(LIB_BASE) $(LIB_SERVICE) tests/daemon/libusb-pty.c,libsystemd \
	libudev libmd jansson,$(call pkg_cflags,libusb-1.0)))
$(eval $(call test-program,tests/test-daemon,tests/daemon/test-daemon.c $(LIB_CLIENT) $(LIB_BASE),cmocka \
	jansson))

DAEMON_TESTS += tests/test-daemon
check-daemon: $(B)/tests/idcardd
