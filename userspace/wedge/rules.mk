# SPDX-License-Identifier: GPL-2.0-or-later
# idcard-wedge: what a card says becomes keys.

WEDGE_TEMPLATE := $(addprefix userspace/wedge/,template.c render.c keys.c person.c results.c)
WEDGE_SRC := $(wildcard userspace/wedge/*.c) userspace/daemon/peer.c

PROGRAMS += $(B)/idcard-wedge
INSTALL += 0755:$(B)/idcard-wedge:$(SBINDIR)/idcard-wedge
$(eval $(call program,idcard-wedge,$(WEDGE_SRC) $(LIB_SERVICE) $(LIB_BASE) $(LIB_HUB) $(addprefix $(LIB)/,config.c text.c),\
	libevdev libudev libsystemd inih jansson))

UNIT_TESTS += $(addprefix tests/test-wedge-,keys template typist guard settings person tool control queue)
$(eval $(call test-program,tests/test-wedge-keys,tests/unit/test-wedge-keys.c userspace/wedge/keys.c userspace/scan/keys.c,cmocka))
$(eval $(call test-program,tests/test-wedge-template,tests/unit/test-wedge-template.c $(WEDGE_TEMPLATE) userspace/scan/keys.c \
	$(LIB)/text.c,cmocka jansson))
$(eval $(call test-program,tests/test-wedge-typist,tests/unit/test-wedge-typist.c userspace/wedge/typist.c userspace/wedge/keys.c \
	userspace/scan/keys.c,cmocka))
$(eval $(call test-program,tests/test-wedge-guard,tests/unit/test-wedge-guard.c userspace/wedge/guard.c userspace/wedge/results.c,cmocka))
$(eval $(call test-program,tests/test-wedge-settings,tests/unit/test-wedge-settings.c userspace/wedge/settings.c $(WEDGE_TEMPLATE) \
	$(addprefix $(LIB)/,config.c secret.c text.c),cmocka inih jansson))
$(eval $(call test-program,tests/test-wedge-person,tests/unit/test-wedge-person.c userspace/wedge/person.c,cmocka jansson))
$(eval $(call test-program,tests/test-wedge-tool,tests/unit/test-wedge-tool.c userspace/wedge/tool.c userspace/wedge/spawn.c \
	$(addprefix $(LIB)/,log.c secret.c),cmocka libsystemd jansson))
$(eval $(call test-program,tests/test-wedge-control,tests/unit/test-wedge-control.c userspace/wedge/control.c userspace/wedge/clip.c \
	userspace/daemon/peer.c $(addprefix $(LIB)/,access.c log.c secret.c stream.c errors.c),cmocka libsystemd jansson))
$(eval $(call test-program,tests/test-wedge-queue,tests/unit/test-wedge-queue.c $(addprefix userspace/wedge/,queue.c clip.c typist.c \
	settings.c) $(WEDGE_TEMPLATE) userspace/scan/keys.c \
	$(addprefix $(LIB)/,config.c secret.c text.c log.c watchdog.c),cmocka libsystemd inih jansson))
