# SPDX-License-Identifier: GPL-2.0-or-later
# The programs of docs/examples, as docs/developer.md tells: those of /dev/idcard in the virtual machine, with the
# compilers and languages of this machine, all others here.

EXAMPLES_STAGE := $(B)/examples

.PHONY: check-examples check-examples-device examples-stage
examples-stage: all
	$(Q)rm -rf $(EXAMPLES_STAGE)
	+$(Q)$(MAKE) --no-print-directory install-files DESTDIR=$(abspath $(EXAMPLES_STAGE)) PREFIX=/usr >/dev/null

check-daemon: check-examples
check-examples: examples-stage $(WEB_TEST_PROGRAMS)
	$(Q)IDCARD_BUILD=$(B) PYTHONDONTWRITEBYTECODE=1 tests/examples/test-examples.py $(EXAMPLES_STAGE)

check-examples-device: vm-payload
	$(Q)tests/vm/run --payload $(VM_PAYLOAD) --host --timeout 600 sh /mnt/host$(CURDIR)/tests/examples/in-guest
