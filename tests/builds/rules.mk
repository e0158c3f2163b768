# SPDX-License-Identifier: GPL-2.0-or-later
# Builds with what other releases have: compilers, kernels, libraries, arm64, 32 bit.

# All that is compiled of programs, libraries and tests, but for what is fuzzed and for the module. For the
# scripts of this folder, which run it with another compiler in another Debian. The lists are not whole when this is
# read, so a second make has them.
.PHONY: build-all build-unit-list
build-all: all
	+$(Q)$(MAKE) --no-print-directory $(addprefix $(B)/,$(SIM_PROGRAMS) $(UNIT_TESTS) $(DAEMON_TESTS) $(VM_PROGRAMS) \
		$(BENCH_PROGRAMS) tests/idcard-suite)

build-unit-list:
	@printf '%s\n' $(UNIT_TESTS)

# The roots for it are made once and kept. BUILDS names parts: module userspace arm64 compat32 minimal.
.PHONY: check-builds
check-builds:
	$(Q)B='$(B)' tests/builds/run $(BUILDS)
