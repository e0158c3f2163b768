# SPDX-License-Identifier: GPL-2.0-or-later
# What runs the tests. Each folder adds its own to UNIT_TESTS, DAEMON_TESTS and VM_PROGRAMS.

READER := $(addprefix userspace/lib/,reader.c reader-line.c reader-card.c record.c secret.c errors.c)
$(eval $(call test-program,tests/test-reader,tests/unit/test-reader.c tests/unit/reader-rig.c \
	$(SIM_SAM) $(READER),cmocka libmd jansson,-I. -Itests/sim))
UNIT_TESTS += tests/test-reader

$(eval $(call test-program,tests/test-hub,tests/unit/test-hub.c \
	$(addprefix userspace/daemon/,hub.c client.c request.c peer.c) $(LIB_BASE) $(LIB)/access.c,cmocka \
	libsystemd jansson,-Iuserspace/daemon,-Wl$(comma)--wrap=access_of_peer$(comma)--wrap=access_at_seat))
UNIT_TESTS += tests/test-hub

UNIT   := $(addprefix $(B)/,$(UNIT_TESTS))
DAEMON := $(addprefix $(B)/,$(DAEMON_TESTS))

.PHONY: check check-unit check-daemon
check: deps
	$(Q)tests/check

check-unit: $(UNIT)
	$(Q)tests/run-cmocka $(UNIT)

check-daemon: all $(addprefix $(B)/,$(SIM_PROGRAMS)) $(DAEMON)
	$(Q)tests/run-cmocka $(DAEMON)
