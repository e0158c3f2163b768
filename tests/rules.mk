# SPDX-License-Identifier: GPL-2.0-or-later
# What runs the tests. Each folder adds its own to UNIT_TESTS, DAEMON_TESTS and VM_PROGRAMS.

READER := $(addprefix userspace/lib/,reader.c reader-line.c reader-card.c record.c secret.c errors.c)
$(eval $(call test-program,tests/test-reader,tests/unit/test-reader.c tests/unit/reader-rig.c tests/unit/reader-fixture.c \
	$(SIM_SAM) $(READER),cmocka libmd jansson,-I. -Itests/sim))
$(eval $(call test-program,tests/test-reader-watch,tests/unit/test-reader-watch.c tests/unit/reader-rig.c tests/unit/reader-fixture.c \
	$(SIM_SAM) $(READER),cmocka libmd jansson,-I. -Itests/sim))
$(eval $(call test-program,tests/test-reader-again,tests/unit/test-reader-again.c tests/unit/reader-rig.c tests/unit/reader-fixture.c \
	$(SIM_SAM) $(READER),cmocka libmd jansson,-I. -Itests/sim))
$(eval $(call test-program,tests/test-reader-presence,tests/unit/test-reader-presence.c tests/unit/reader-rig.c tests/unit/reader-fixture.c \
	$(SIM_SAM) $(READER),cmocka libmd jansson,-I. -Itests/sim))
$(eval $(call test-program,tests/test-reader-memory,tests/unit/test-reader-memory.c tests/unit/reader-rig.c tests/unit/reader-fixture.c \
	$(SIM_SAM) $(READER),cmocka libmd jansson,-I. -Itests/sim))
$(eval $(call test-program,tests/test-keep,tests/unit/test-keep.c userspace/daemon/keep.c $(LIB)/log.c,\
	cmocka libsystemd,-Iuserspace/daemon,-Wl$(comma)--wrap=sd_pid_notify_with_fds))
UNIT_TESTS += tests/test-reader tests/test-reader-watch tests/test-reader-again tests/test-reader-memory tests/test-reader-presence tests/test-keep

# Of the daemon: clients and what is delivered to them, with a decoder that is played.
HUB := $(addprefix userspace/daemon/,hub.c quota.c client.c request.c claims.c decode.c lease.c spot.c peer.c sighting.c) \
       tests/unit/hub-rig.c $(LIB_IDENTITY) $(LIB_PICTURE) $(LIB_BASE) $(addprefix $(LIB)/,access.c record.c sam.c)
HUB_WRAP := -Wl$(comma)--wrap=access_of_peer$(comma)--wrap=access_at_seat$(comma)--wrap=clock_gettime
$(eval $(call test-program,tests/test-hub,tests/unit/test-hub.c $(HUB),cmocka libsystemd libturbojpeg \
	jansson,-Iuserspace/daemon -I.,$(HUB_WRAP)))
$(eval $(call test-program,tests/test-hub-limits,tests/unit/test-hub-limits.c $(HUB),cmocka libsystemd libturbojpeg \
	jansson,-Iuserspace/daemon -I.,$(HUB_WRAP)))
$(eval $(call test-program,tests/test-claims,tests/unit/test-claims.c $(HUB),cmocka libsystemd libturbojpeg \
	jansson,-Iuserspace/daemon -I.,$(HUB_WRAP)))
$(eval $(call test-program,tests/test-decode,tests/unit/test-decode.c $(HUB),cmocka libsystemd libturbojpeg \
	jansson,-Iuserspace/daemon -I.,$(HUB_WRAP)))
LEASE := $(addprefix userspace/daemon/,lease.c spot.c) tests/unit/lease-rig.c $(LIB)/record.c $(LIB)/secret.c
$(eval $(call test-program,tests/test-lease,tests/unit/test-lease.c $(LEASE),cmocka jansson,-Iuserspace/daemon))
$(eval $(call test-program,tests/test-lease-cards,tests/unit/test-lease-cards.c $(LEASE),cmocka \
	jansson,-Iuserspace/daemon))
$(eval $(call test-program,tests/test-sighting,tests/unit/test-sighting.c tests/unit/ramp.c \
	$(addprefix userspace/daemon/,sighting.c decoder.c) $(LIB_IDENTITY) $(LIB_PICTURE) $(LIB_BASE) \
	$(LIB)/log.c,cmocka libsystemd libturbojpeg jansson,-Iuserspace/daemon -I.))
$(eval $(call test-program,tests/test-picture,tests/unit/test-picture.c tests/unit/ramp.c $(LIB_PICTURE) \
	$(LIB)/base64.c $(LIB)/secret.c,cmocka libturbojpeg jansson,-I.))
check-unit: $(B)/tests/fake-portrait
$(eval $(call test-program,tests/test-device,tests/unit/test-device.c userspace/daemon/device.c \
	userspace/transport/options.c $(LIB_READER) $(LIB)/errors.c $(LIB)/log.c $(LIB)/secret.c,\
	cmocka libsystemd libmd inih jansson,-Iuserspace/daemon))
UNIT_TESTS += tests/test-hub tests/test-hub-limits tests/test-claims tests/test-decode \
	      tests/test-lease tests/test-lease-cards tests/test-sighting tests/test-picture tests/test-device

UNIT   := $(addprefix $(B)/,$(UNIT_TESTS))
DAEMON := $(addprefix $(B)/,$(DAEMON_TESTS))
ALONE  := $(addprefix $(B)/,$(ALONE_TESTS))

.PHONY: check check-build check-unit check-daemon check-daemon-programs
check: deps
	$(Q)tests/check

# All that is compiled for it, with every processor; the tests themselves run one after the other.
check-build: all $(UNIT) $(DAEMON) $(addprefix $(B)/,$(SIM_PROGRAMS) $(VM_PROGRAMS) $(BENCH_PROGRAMS)) \
	$(addprefix $(B)/fuzz/,$(FUZZ_TARGETS)) $(addprefix $(B)/fuzz/cover/,$(FUZZ_TARGETS)) \
	$(addprefix $(B)/tests/,idcard-chaos idcard-crowd idcard-suite idcard-web idcardd fake-portrait compat-rig) \
	$(COMPAT_LIBRARIES) $(COMPAT_SANITIZED) $(PORTRAIT_LIBRARIES)

check-unit: $(UNIT)
	$(Q)tests/run-cmocka $(UNIT)

# What it consists of can run side by side: make -j2 -k -O check-daemon.
check-daemon: check-daemon-programs
check-daemon-programs: all $(addprefix $(B)/,$(SIM_PROGRAMS)) $(DAEMON)
	$(Q)status=0; \
		IDCARD_TESTS_AT_ONCE=1 tests/run-cmocka $(ALONE) || status=1; \
		tests/run-cmocka $(filter-out $(ALONE),$(DAEMON)) || status=1; \
		exit $$status
