# SPDX-License-Identifier: GPL-2.0-or-later
# What can be done: make help. Each folder says in its rules.mk what is built from it.

# As semantic versions count; debian/changelog says the same, and docs/NEWS.md what each brought.
VERSION := 1.0.0
# Of the shared libraries: a program that was built with another number does not load them.
SOVERSION := $(firstword $(subst ., ,$(VERSION)))

# "make demo SHELL=1" is what a person types; to make it means the shell of all recipes.
ifeq ($(origin SHELL),command line)
DEMO_SHELL := $(SHELL)
override SHELL := /bin/sh
MAKEOVERRIDES := $(filter-out SHELL=%,$(MAKEOVERRIDES))
endif

PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR    ?=
B          := build

BINDIR     := $(PREFIX)/bin
SBINDIR    := $(PREFIX)/sbin
LIBDIR     := $(PREFIX)/lib
INCLUDEDIR := $(PREFIX)/include
# Of shared libraries, where it is not that of the rest.
ARCHLIBDIR ?= $(LIBDIR)
MANDIR     := $(PREFIX)/share/man

CC       ?= gcc
PKG_CONFIG ?= pkg-config
CFLAGS   ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	    -Wwrite-strings -Wundef -Wvla -Wno-unused-parameter -Wno-missing-field-initializers
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now
SHARED   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections
LDSHARED := -Wl,-z,relro,-z,now -Wl,--no-undefined -Wl,--gc-sections
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
INCLUDES := -Iuserspace/lib -Iuserspace -Idriver
OURFLAGS  = -std=gnu11 -D_GNU_SOURCE -DIDCARD_VERSION='"$(VERSION)"' -MMD -MP $(WARN) $(INCLUDES)

pkg_cflags = $(if $(1),$(shell $(PKG_CONFIG) --cflags $(1)))
pkg_libs   = $(if $(1),$(shell $(PKG_CONFIG) --libs $(1)))

# For arguments of call, where a comma parts them.
comma   := ,
Q       := $(if $(V),,@)
say      = @printf '  %-8s %s\n' $(1) $(2)

.DEFAULT_GOAL := all

.PHONY: help
help:
	@echo 'idcard $(VERSION): ID-card readers on Linux'
	@echo
	@echo '  make demo       a simulated reader in a virtual machine, three cards (MODE=libusb, SHELL=1)'
	@echo '  make check      all tests; ends with "N passed, N failed"'
	@echo
	@echo '  make            build the programs'
	@echo '  make module     build the kernel module (KVER=version of the kernel)'
	@echo '  make install    install on this machine, as root (PREFIX=$(PREFIX), DESTDIR=)'
	@echo '  make uninstall  and away again'
	@echo
	@echo '  make deps       install what is needed to build and to test: debian/control'
	@echo '  make check-unit check-daemon check-fuzz check-vm lint    one part of the tests'
	@echo '  make fuzz       search for inputs that break a parser (TARGET=name SECONDS=60); make fuzz-coverage'
	@echo '  make check-chaos    10,000 placements while everything goes wrong at once (PLACEMENTS= SEED= MODE=): hours'
	@echo '  make check-builds   with the compilers and kernels of other releases, for arm64 and 32 bit (BUILDS=part); root'
	@echo '  make check-kasan    the module on a kernel that checks itself (PART=prove suite raw kunit libusb): hours'
	@echo '  make check-trixie   check-vm on Debian 13, all built there; needs root'
	@echo '  make check-crowd    a thousand hostile clients beside honest ones (CROWD=1000): minutes'
	@echo '  make check-kunit    KUnit tests of the driver, on a kernel made for them'
	@echo '  make check-privacy  an invented person is looked for on disk, in swap space and memory (minutes)'
	@echo '  make packages   Debian packages in build/packages; make dist: the archive of a release'
	@echo '  make check-packages check-install    the same when built twice (check-dist: and tested); installed on laptops'
	@echo '  make check-rpm  what is said of the packages for RPM, built and compared with them'
	@echo '  make check-install-trixie    installed on Debian 13, built there; check-arm64: built crosswise for arm64; root'
	@echo '  make pictures   those of the operator page in docs/pictures, made again'
	@echo '  make bench      figures of speed'
	@echo '  make clean'

# $(call program,NAME,SOURCES,PACKAGES[,FLAGS[,SANITIZE[,LIBRARIES]]]): the program build/NAME.
# $(call test-program,NAME,SOURCES,PACKAGES[,FLAGS[,LIBRARIES]]): the same with ASan and UBSan.
# $(call shared-library,NAME,SOURCES,PACKAGES,MAP[,FLAGS]): build/NAME.so with all links to it. What the symbol
# map names is exported; code that nothing reachable from there calls is left out.
# Objects live below build/NAME.o/, so each program may have flags of its own.
define objects
$(B)/$(1).o/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)
	$$(Q)$$(CC) $$(OURFLAGS) $(5) $$(CPPFLAGS) $$(CFLAGS) $(4) $$(call pkg_cflags,$(3)) -c -o $$@ $$<
-include $(2:%.c=$(B)/$(1).o/%.d)
endef
define program
$(B)/$(1): $(2:%.c=$(B)/$(1).o/%.o)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $(5) $(if $(5),,$$(LDHARDEN)) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) $$(call pkg_libs,$(3)) $(6)
$(call objects,$(1),$(2),$(3),$(5) $(4),$(if $(5),,$$(HARDEN)))
endef
test-program = $(call program,$(1),$(2),$(3),$(4),$(SANITIZE),$(5))
define shared-library
$(B)/$(1).so.$(VERSION): $(2:%.c=$(B)/$(1).o/%.o) $(4)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) -shared $$(LDSHARED) -Wl,-soname,$(1).so.$(SOVERSION) -Wl,--version-script=$(4) $$(LDFLAGS) \
		-o $$@ $$(filter %.o,$$^) $$(call pkg_libs,$(3))
$(B)/$(1).so: $(B)/$(1).so.$(VERSION)
	$$(Q)ln -sf $(1).so.$(VERSION) $(B)/$(1).so.$(SOVERSION)
	$$(Q)ln -sf $(1).so.$(SOVERSION) $$@
$(call objects,$(1),$(2),$(3),$(5),$$(SHARED))
endef

# $(call plain-library,NAME,SOURCES,PACKAGES,MAP[,FLAGS]): build/compat/NAME.so under a vendor's name, which has no version.
define plain-library
$(B)/compat/$(1).so: $(2:%.c=$(B)/compat/$(1).o/%.o) $(4)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) -shared -pthread $$(LDSHARED) -Wl,-Bsymbolic -Wl,-soname,$(1).so -Wl,--version-script=$(4) $$(LDFLAGS) \
		-o $$@ $$(filter %.o,$$^) $$(call pkg_libs,$(3))
$(call objects,compat/$(1),$(2),$(3),$(5),$$(SHARED))
endef

# What make install copies: MODE:SOURCE:DESTINATION. And the links that it makes: TARGET:LINK.
INSTALL :=
INSTALL_LINKS :=

# The packages of debian/control, asked of apt only when something is missing. To install the
# product, what the tests need is left out.
.PHONY: deps deps-build
deps:
	@$(call need_packages,)

deps-build:
	@$(call need_packages,-P nocheck)

define need_packages
dpkg-checkbuilddeps $(1) 2>/dev/null || { \
	echo 'Installing what debian/control names (apt-get build-dep)'; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get build-dep $(1) -y -qq --no-install-recommends ./; }
endef

include $(wildcard driver/rules.mk userspace/rules.mk userspace/*/rules.mk docs/rules.mk tests/*/rules.mk \
		tests/rules.mk)

.PHONY: all
all: $(PROGRAMS)

# With DESTDIR set only files are copied; else the machine is also told of them.
.PHONY: install install-files uninstall
install:
	$(if $(DESTDIR),,+$(Q)$(MAKE) --no-print-directory deps-build)
	+$(Q)$(MAKE) --no-print-directory install-files
	$(Q)$(if $(DESTDIR),,ldconfig && userspace/systemd/activate && driver/dkms install $(VERSION))

install-files: all
	$(Q)for f in $(INSTALL); do set -- $$(echo $$f | tr : ' '); \
		install -D -m $$1 $$2 $(DESTDIR)$$3 || exit 1; done
	$(Q)for f in $(INSTALL_LINKS); do set -- $$(echo $$f | tr : ' '); \
		ln -sf $$1 $(DESTDIR)$$2 || exit 1; done

uninstall:
	$(Q)$(if $(DESTDIR),,driver/dkms uninstall $(VERSION) && userspace/systemd/deactivate)
	$(Q)for f in $(INSTALL); do set -- $$(echo $$f | tr : ' '); rm -f $(DESTDIR)$$3; done
	$(Q)for f in $(INSTALL_LINKS); do rm -f $(DESTDIR)$${f#*:}; done
	$(Q)$(if $(DESTDIR),,ldconfig && systemctl daemon-reload && udevadm control --reload)

.PHONY: clean
clean:
	rm -rf $(B)
