# SPDX-License-Identifier: GPL-2.0-or-later
# Privacy: invented persons whose every byte is looked for where nothing of a card may be.

PRIVACY := tests/privacy

$(eval $(call program,tests/privacy-search,$(PRIVACY)/privacy-search.c $(PRIVACY)/needles.c,,-I.))
$(eval $(call program,tests/privacy-desk,$(addprefix $(PRIVACY)/,privacy-desk.c desk-ways.c desk-web.c desk-libraries.c \
	desk-others.c needles.c),,-I.))
VM_PROGRAMS += tests/privacy-search tests/privacy-desk tests/privacy-vm tests/needles

$(B)/tests/needles: $(PRIVACY)/make-needles $(wildcard $(PRIVACY)/marker*.txt)
	@mkdir -p $(@D)
	$(Q)$(PRIVACY)/make-needles $(PRIVACY) $@
$(B)/tests/privacy-vm: $(PRIVACY)/privacy-vm
	@mkdir -p $(@D)
	$(Q)cp $< $@

# With a disk and swap space that are searched afterwards; minutes.
.PHONY: check-privacy
check-privacy: vm-payload $(B)/tests/privacy-search $(B)/tests/needles
	$(Q)$(PRIVACY)/run $(VM_PAYLOAD) $(B)/tests
