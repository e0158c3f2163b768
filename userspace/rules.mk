# SPDX-License-Identifier: GPL-2.0-or-later
# Programs of userspace/, and the unit tests of what they are made of.

LIB := userspace/lib

# What every program that handles identities needs; every service; the connection to the daemon, for
# programs that wait and for services; what a card says.
LIB_BASE     := $(LIB)/errors.c $(LIB)/secret.c
LIB_SERVICE  := $(addprefix $(LIB)/,log.c loop.c watchdog.c access.c)
LIB_CLIENT   := $(LIB)/stream.c $(LIB)/client.c
LIB_HUB      := $(LIB)/stream.c $(LIB)/hubclient.c
LIB_IDENTITY := $(wildcard $(LIB)/identity*.c $(LIB)/number*.c $(LIB)/mrz*.c) \
		$(addprefix $(LIB)/,misread.c codes.c text.c private-use.c base64.c json-writer.c portrait.c)

NODE_PURE := userspace/node/handle.c userspace/node/entry.c
NODE_SRC  := $(addprefix userspace/node/,main.c cuse.c open-file.c manual.c) $(NODE_PURE)

PROGRAMS += $(B)/idcard-node
INSTALL += 0755:$(B)/idcard-node:$(SBINDIR)/idcard-node
$(eval $(call program,idcard-node,$(NODE_SRC) $(LIB_SERVICE) $(LIB_BASE) $(LIB_HUB) $(LIB)/text.c,fuse3 libsystemd jansson))

# A stand-in for idcardd, for the tests of its clients.
$(eval $(call program,tests/fake-hub,tests/daemon/fake-hub.c $(LIB_BASE) $(LIB)/stream.c,jansson))

UNIT_TESTS += test-handle test-client
$(eval $(call test-program,test-handle,tests/unit/test-handle.c $(NODE_PURE) $(LIB_BASE) $(LIB)/text.c,cmocka jansson))
$(eval $(call test-program,test-client,tests/unit/test-client.c $(LIB_BASE) $(LIB_CLIENT),cmocka jansson))

# For a guest with CUSE: /dev/idcard with the stand-in behind it.
VM_PROGRAMS += tests/test-node tests/fake-hub
$(eval $(call program,tests/test-node,tests/daemon/test-node.c,))
