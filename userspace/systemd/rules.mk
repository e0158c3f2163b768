# SPDX-License-Identifier: GPL-2.0-or-later
# What systemd and udev are told. The units name the programs where they are installed.

UNITS := idcardd.socket idcardd.service idcard-modules.service idcard-node.service idcard-scan.service idcard-wedge.service idcard-web.service

# Of a user's session.
USER_UNITS := idcard-drop.service idcard-wedge-clipboard.service

$(B)/units/%: userspace/systemd/%
	@mkdir -p $(@D)
	$(Q)sed 's,/usr/sbin/,$(SBINDIR)/,; s,=/usr/bin/idcard,=$(BINDIR)/idcard,' $< >$@

# The place of the programs may change from one make to the next.
$(UNITS:%=$(B)/units/%) $(USER_UNITS:%=$(B)/units/user/%): FORCE
.PHONY: FORCE
FORCE:

install-files: $(UNITS:%=$(B)/units/%) $(USER_UNITS:%=$(B)/units/user/%) devices
INSTALL += $(foreach u,$(UNITS),0644:$(B)/units/$(u):$(LIBDIR)/systemd/system/$(u))
INSTALL += $(foreach u,$(USER_UNITS),0644:$(B)/units/user/$(u):$(LIBDIR)/systemd/user/$(u))
INSTALL += 0644:userspace/systemd/80-idcard.preset:$(LIBDIR)/systemd/system-preset/80-idcard.preset \
	0644:userspace/systemd/user/80-idcard.preset:$(LIBDIR)/systemd/user-preset/80-idcard.preset
INSTALL += $(foreach u,idcard idcard-wedge idcard-web,0644:userspace/systemd/$(u).sysusers:$(LIBDIR)/sysusers.d/$(u).conf)
INSTALL += 0755:userspace/systemd/tell-udev:$(LIBDIR)/idcard/tell-udev
INSTALL += 0644:$(B)/70-idcard.rules:$(LIBDIR)/udev/rules.d/70-idcard.rules
INSTALL += 0644:udev-rules/70-idcard-wedge.rules:$(LIBDIR)/udev/rules.d/70-idcard-wedge.rules
# udev looks for its hwdb below /usr/lib and /etc, not below /usr/local.
INSTALL += 0644:$(B)/70-idcard.hwdb:$(if $(filter /usr,$(PREFIX)),$(LIBDIR),$(SYSCONFDIR))/udev/hwdb.d/70-idcard.hwdb
# systemd looks for it nowhere else.
INSTALL += 0755:userspace/systemd/idcard-sleep:/usr/lib/systemd/system-sleep/idcard
