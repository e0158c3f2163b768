# SPDX-License-Identifier: GPL-2.0-or-later
# Checks of what is written: style, spelling, licences, manual pages, units. One file each.

.PHONY: lint
lint:
	$(Q)tests/lint/run

# Every program, with both compilers, warnings being errors. Without sanitizers, which find nothing while
# compiling and take most of the time. For tests/lint/compile.sh.
.PHONY: lint-compile
lint-compile:
	$(Q)for cc in gcc clang; do \
		$(MAKE) -s B=$(B)/lint-$$cc CC=$$cc CFLAGS='-O2 -Werror' SANITIZE= \
			$(PROGRAMS:$(B)/%=$(B)/lint-$$cc/%) $(addprefix $(B)/lint-$$cc/,$(SIM_PROGRAMS) \
				$(UNIT_TESTS) $(DAEMON_TESTS) $(VM_PROGRAMS) $(BENCH_PROGRAMS) tests/idcard-suite) || exit; \
	done
