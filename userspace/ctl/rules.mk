# SPDX-License-Identifier: GPL-2.0-or-later
# idcardctl, for people and scripts.

CTL_SRC := $(wildcard userspace/ctl/*.c)

PROGRAMS += $(B)/idcardctl
INSTALL += 0755:$(B)/idcardctl:$(BINDIR)/idcardctl
$(eval $(call program,idcardctl,$(CTL_SRC) $(LIB_BASE) $(LIB_CLIENT) $(LIB_IDENTITY) \
	userspace/wedge/results.c $(addprefix $(LIB)/,loop.c access.c config.c wz.c gbk.c),libsystemd libudev inih jansson,-I$(B)/ctl))

# What the shells offer. Debian's zsh looks into site-functions below /usr/local alone.
CTL_ZSH := $(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
INSTALL += 0644:userspace/ctl/completion/idcardctl.bash:$(PREFIX)/share/bash-completion/completions/idcardctl \
	0644:userspace/ctl/completion/_idcardctl:$(PREFIX)/share/zsh/$(CTL_ZSH)/_idcardctl \
	0644:userspace/ctl/completion/idcardctl.fish:$(PREFIX)/share/fish/vendor_completions.d/idcardctl.fish

# The table of readers.
$(B)/ctl/readers.inc: driver/devices.tbl driver/gen-devices.awk
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)$(call DEVICES,doctor) >$@.tmp && mv $@.tmp $@
$(B)/idcardctl.o/userspace/ctl/doctor-bus.o: $(B)/ctl/readers.inc

CTL_DOCTOR := userspace/ctl/doctor-words.c $(wildcard userspace/ctl/doctor-decide*.c)

UNIT_TESTS += tests/test-ctl-compat tests/test-doctor tests/test-doctor-reader tests/test-doctor-steps
$(eval $(call test-program,tests/test-ctl-compat,tests/unit/test-ctl-compat.c userspace/ctl/compat.c,cmocka,\
	-Iuserspace/ctl))
$(eval $(call test-program,tests/test-doctor,tests/unit/test-doctor.c tests/unit/doctor-rig.c $(CTL_DOCTOR),\
	cmocka jansson,-Iuserspace/ctl -I.))
$(eval $(call test-program,tests/test-doctor-reader,tests/unit/test-doctor-reader.c tests/unit/doctor-rig.c \
	$(CTL_DOCTOR),cmocka jansson,-Iuserspace/ctl -I.))
$(eval $(call test-program,tests/test-doctor-steps,tests/unit/test-doctor-steps.c $(CTL_DOCTOR),cmocka jansson,\
	-Iuserspace/ctl))

# The stand-in for the daemon for most of it; the daemon itself, with the simulated reader, for the doctor.
.PHONY: check-ctl
check-daemon: check-ctl
check-ctl: $(B)/idcardctl $(B)/idcardd $(B)/tests/fake-hub $(addprefix $(B)/,$(SIM_PROGRAMS))
	$(Q)status=0; for test in tests/daemon/test-ctl*.sh tests/daemon/test-ctl*.py; do $$test $(B) || status=1; done; exit $$status
