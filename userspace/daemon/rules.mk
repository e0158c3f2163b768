# SPDX-License-Identifier: GPL-2.0-or-later
# idcardd, the one program that talks to readers.

LIB_READER    := $(addprefix $(LIB)/,reader.c reader-line.c reader-card.c record.c sam.c)
TRANSPORT_SRC := $(wildcard userspace/transport/*.c)
LIB_PICTURE   := $(LIB)/picture.c

PROGRAMS += $(B)/idcardd
$(eval $(call program,idcardd,$(wildcard userspace/daemon/*.c) $(TRANSPORT_SRC) $(LIB_READER) \
	$(LIB_IDENTITY) $(LIB_PICTURE) $(LIB_BASE) $(LIB_SERVICE) $(LIB)/config.c,libsystemd libudev libusb-1.0 libmd inih \
	libturbojpeg jansson))
INSTALL += 0755:$(B)/idcardd:$(SBINDIR)/idcardd
