# SPDX-License-Identifier: GPL-2.0-or-later
# What can be done: make help. Each folder says in its rules.mk what is built from it.

VERSION := 0.1.0

PREFIX     ?= /usr
SYSCONFDIR ?= /etc
DESTDIR    ?=
B          := build

CC       ?= gcc
CFLAGS   ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	    -Wwrite-strings -Wundef -Wvla -Wno-unused-parameter -Wno-missing-field-initializers
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
INCLUDES := -Iuserspace/lib -Iuserspace -Idriver
OURFLAGS  = -std=gnu11 -D_GNU_SOURCE -DIDCARD_VERSION='"$(VERSION)"' -MMD -MP $(WARN) $(INCLUDES)

pkg_cflags = $(if $(1),$(shell pkg-config --cflags $(1)))
pkg_libs   = $(if $(1),$(shell pkg-config --libs $(1)))

Q       := $(if $(V),,@)
say      = @printf '  %-8s %s\n' $(1) $(2)

.PHONY: all
all:

# $(call program,NAME,SOURCES,PACKAGES[,FLAGS]): the program build/NAME.
# $(call test-program,NAME,SOURCES,PACKAGES[,FLAGS]): the same with ASan and UBSan.
# Objects live below build/NAME.o/, so each program may have flags of its own.
define program
$(B)/$(1): $(2:%.c=$(B)/$(1).o/%.o)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $(5) $(if $(findstring fsanitize,$(5)),,$$(LDHARDEN)) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) $(call pkg_libs,$(3)) $(6)
$(B)/$(1).o/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)
	$$(Q)$$(CC) $$(OURFLAGS) $(if $(findstring fsanitize,$(5)),,$$(HARDEN)) $$(CPPFLAGS) $$(CFLAGS) $(5) $(4) $(call pkg_cflags,$(3)) -c -o $$@ $$<
-include $(2:%.c=$(B)/$(1).o/%.d)
endef
test-program = $(call program,$(1),$(2),$(3),$(4),$(SANITIZE),$(5))

include $(wildcard driver/rules.mk userspace/rules.mk udev-rules/rules.mk docs/rules.mk tests/rules.mk tests/*/rules.mk)

.PHONY: clean
clean:
	rm -rf $(B)
