# SPDX-License-Identifier: LGPL-2.1-or-later
# Libraries under the names of vendors, for programs that were written for those.

COMPAT := userspace/compat

# Without jansson: what is linked of these files does not need it, and it leaves text in memory that it frees.
COMPAT_HUB  := $(COMPAT)/sdt-hub.c $(addprefix $(LIB)/,client.c stream.c libidcard-json.c json-writer.c text.c \
	private-use.c base64.c errors.c secret.c)
COMPAT_SDT  := $(addprefix $(COMPAT)/,sdt.c sdt-lease.c sdt-ports.c) $(addprefix $(LIB)/,record.c sam.c)
COMPAT_BASE := $(addprefix $(COMPAT)/,options.c trace.c photo.c photo-file.c) $(addprefix $(LIB)/,config.c portrait.c)

SDTAPI_SRC := $(wildcard $(COMPAT)/sdtapi-*.c) $(COMPAT_SDT) $(COMPAT_BASE) $(COMPAT_HUB)
WLTRS_SRC  := $(COMPAT)/wltrs.c $(COMPAT_BASE) $(COMPAT_HUB)

$(eval $(call plain-library,libsdtapi,$(SDTAPI_SRC),inih,$(COMPAT)/sdtapi.map))
$(eval $(call plain-library,libwltrs,$(WLTRS_SRC),inih,$(COMPAT)/wltrs.map))
PROGRAMS += $(B)/compat/libsdtapi.so $(B)/compat/libwltrs.so

# One set of functions in two flavours: which one libtermb.so is can be configured, the other always is the second.
TERMB_SRC := $(sort $(wildcard $(COMPAT)/termb*.c) $(COMPAT)/caller.c $(addprefix $(LIB)/,wz.c gbk.c) \
	$(COMPAT_SDT) $(COMPAT_BASE) $(COMPAT_HUB) $(LIB_IDENTITY))

$(eval $(call plain-library,libtermb,$(TERMB_SRC),inih,$(COMPAT)/termb.map))
$(eval $(call plain-library,libtermb-hisign,$(TERMB_SRC),inih,$(COMPAT)/termb.map,-DTERMB_HISIGN))
PROGRAMS += $(B)/compat/libtermb.so $(B)/compat/libtermb-hisign.so

# No folder that programs are linked from: real ones look beside themselves, and a vendor's own may be in /usr/lib.
COMPATDIR := $(LIBDIR)/idcard-compat
INSTALL += 0644:$(B)/compat/libsdtapi.so:$(COMPATDIR)/libsdtapi.so \
	0644:$(B)/compat/libwltrs.so:$(COMPATDIR)/libwltrs.so \
	0644:$(COMPAT)/sdtapi.h:$(INCLUDEDIR)/idcard-compat/sdtapi.h \
	0644:$(COMPAT)/wltrs.h:$(INCLUDEDIR)/idcard-compat/wltrs.h
INSTALL += 0644:$(B)/compat/libtermb.so:$(COMPATDIR)/libtermb.so \
	0644:$(B)/compat/libtermb-hisign.so:$(COMPATDIR)/libtermb-hisign.so \
	0644:$(COMPAT)/termb.h:$(INCLUDEDIR)/idcard-compat/termb.h \
	0644:$(COMPAT)/termb-hisign.h:$(INCLUDEDIR)/idcard-compat/termb-hisign.h
INSTALL_LINKS += libsdtapi.so:$(COMPATDIR)/libzysdtapi.so \
	$(foreach name,libWltRS libdewlt lib100UD,libwltrs.so:$(COMPATDIR)/$(name).so)
