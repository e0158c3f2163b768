# SPDX-License-Identifier: GPL-2.0-or-later
# The virtual machine: a stock Debian kernel with systemd. See the head of each script.

VM_PAYLOAD := $(B)/vm/payload
MODE       ?= module

# $(call vm,COMMAND[,OPTIONS]): one run of the guest with the product in it.
vm = tests/vm/run --payload $(VM_PAYLOAD) $(2) $(1)

.PHONY: vm-image vm-payload vm-payload-kasan vm-payload-trixie vm-shell
vm-image:
	$(Q)tests/vm/image >/dev/null

vm-payload: vm-image
	+$(Q)MAKE='$(MAKE)' B='$(B)' tests/vm/payload $(VM_PAYLOAD)

# The other guests: a kernel that checks itself, made of Debian's source (see tests/kasan/config), and Debian 13,
# for which all is built with its own compiler.
vm-payload-kasan: vm-tests
vm-payload-kasan vm-payload-trixie: vm-payload-%:
	+$(Q)MAKE='$(MAKE)' B='$(B)' tests/vm/payload --guest $* $(VM_PAYLOAD)-$*

# A shell in the guest; leaving it stops the guest.
vm-shell: vm-payload
	$(Q)$(call vm,--shell,--mode $(MODE))

# The tests that run in the guest, with the simulated reader: laid out as the guest has them.
VM_TESTS := $(B)/vm-tests
$(eval $(call program,tests/idcard-suite,$(wildcard tests/vm/suite/*.c) $(LIB_CLIENT) $(LIB_BASE) $(LIB)/base64.c,jansson))

# What runs in place of each service, in its sandbox, and attempts what it must not.
$(eval $(call program,tests/idcard-probe,$(wildcard tests/vm/probe/*.c),))
VM_PROGRAMS += tests/idcard-probe

.PHONY: vm-tests
vm-tests: $(B)/tests/idcard-suite $(addprefix $(B)/,$(SIM_PROGRAMS) $(VM_PROGRAMS)) $(PORTRAIT_LIBRARIES)
	$(Q)rm -rf $(VM_TESTS) && mkdir -p $(VM_TESTS)/personas $(VM_TESTS)/portrait
	$(Q)cp $(filter %.so,$^) $(VM_TESTS)/portrait/
	$(Q)cp $(filter-out $(PORTRAIT_LIBRARIES),$^) tests/vm/demo tests/raw/raw-vm tests/raw/raw-fuzz-vm $(VM_TESTS)/ && cp tests/personas/* $(VM_TESTS)/personas/

vm-payload: vm-tests

# What people call. The needed packages first; they change what make knows, so make anew.
.PHONY: demo demo-now
demo: deps
	+$(Q)$(MAKE) --no-print-directory demo-now MODE=$(MODE) DEMO_SHELL=$(DEMO_SHELL)

demo-now: vm-payload
	$(Q)$(call vm,$(if $(DEMO_SHELL),demo --shell,demo),--mode $(MODE) --timeout $(if $(DEMO_SHELL),0,240) $(if $(DEMO_SHELL),--shell))

.PHONY: check-vm bench
check-vm: vm-payload
	$(Q)tests/vm/check $(VM_PAYLOAD)

# Each way once, or only MODE; hours with as many as this.
.PHONY: check-chaos
check-chaos: PLACEMENTS ?= 10000
check-chaos: vm-payload
	$(Q)for mode in $(if $(filter file,$(origin MODE)),module libusb,$(MODE)); do \
		tests/vm/run --payload $(VM_PAYLOAD) --mode $$mode --timeout 36000 --env PLACEMENTS=$(PLACEMENTS) \
			$(if $(SEED),--env SEED=$(SEED)) idcard-suite chaos || exit 1; done

# A thousand neighbours, in both modes.
CROWD ?= 1000
.PHONY: check-crowd
check-crowd: vm-payload
	$(Q)for mode in module libusb; do \
		tests/vm/run --payload $(VM_PAYLOAD) --mode $$mode --timeout 3600 --env IDCARD_SLOW=4 --env CROWD=$(CROWD) \
			idcard-suite crowd || exit; done

# The same on them: hours and an hour, so not part of check.
.PHONY: check-kasan check-trixie
check-kasan: vm-payload-kasan
	$(Q)tests/kasan/check $(VM_PAYLOAD)-kasan $(PART)

check-trixie: vm-payload-trixie
	$(Q)tests/vm/check --guest trixie $(VM_PAYLOAD)-trixie

bench: bench-decode vm-payload
	$(Q)$(call vm,idcard-suite latency,--mode $(MODE))
