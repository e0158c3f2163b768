# SPDX-License-Identifier: GPL-2.0-or-later
# idcardd and its clients as processes, without any hardware.

# The daemon with a stand-in for libusb and, named by the environment, one for idcard-portrait; and with ASan.
$(eval $(call test-program,tests/idcardd,$(wildcard userspace/daemon/*.c) $(TRANSPORT_SRC) \
	$(LIB_READER) $(LIB_IDENTITY) $(LIB_PICTURE) $(LIB_BASE) $(LIB_SERVICE) \
	$(LIB)/config.c tests/daemon/libusb-pty.c,libsystemd libudev libmd inih libturbojpeg \
	jansson,-DIDCARD_TESTING $(call pkg_cflags,libusb-1.0)))
$(eval $(call program,tests/fake-portrait,tests/daemon/fake-portrait.c $(LIB)/portrait.c,,-I.))
DAEMON_RIG := tests/daemon/daemon-rig.c tests/unit/ramp.c $(LIB_CLIENT) $(LIB)/base64.c $(LIB_BASE)
$(eval $(call test-program,tests/test-daemon,tests/daemon/test-daemon.c $(DAEMON_RIG),cmocka libturbojpeg \
	jansson,-I.))
$(eval $(call test-program,tests/test-daemon-claims,tests/daemon/test-daemon-claims.c $(DAEMON_RIG),cmocka \
	libturbojpeg jansson,-I.))

$(eval $(call program,tests/idcard-chaos,tests/daemon/chaos-host.c tests/daemon/suite-host.c $(addprefix tests/vm/suite/,test-chaos.c \
	chaos-draw.c chaos-lane.c chaos-judge.c chaos-crowd.c daemon.c wait.c) $(LIB_CLIENT) $(LIB_BASE) $(LIB)/base64.c,\
	jansson,-I. -Itests/vm/suite -Itests/daemon))

# Many more with PLACEMENTS=10000, the same again with SEED=.
.PHONY: check-chaos-host
check-chaos-host: $(addprefix $(B)/tests/,idcard-chaos idcardd idcard-sim)
	$(Q)IDCARDD=$(B)/tests/idcardd IDCARD_SIM_PROGRAM=$(B)/tests/idcard-sim $(B)/tests/idcard-chaos
check-daemon: check-chaos-host

$(eval $(call program,tests/idcard-crowd,tests/daemon/crowd-host.c tests/daemon/suite-host.c \
	$(addprefix tests/vm/suite/,test-crowd.c crowd-socket.c daemon.c sim.c lines.c wait.c) $(LIB_CLIENT) $(LIB_BASE),\
	jansson,-I. -Itests/vm/suite -Itests/daemon))

# A thousand, or CROWD, hostile clients of the socket.
.PHONY: check-crowd-host
check-crowd-host: $(addprefix $(B)/,tests/idcard-crowd tests/idcard-sim idcardd)
	$(Q)PATH="$(abspath $(B))/tests:$$PATH" IDCARDD=$(B)/idcardd CROWD=$(CROWD) $(B)/tests/idcard-crowd
check-daemon: check-crowd-host

DAEMON_TESTS += tests/test-daemon tests/test-daemon-claims
check-daemon: $(B)/tests/idcardd $(B)/tests/fake-portrait
