# SPDX-License-Identifier: LGPL-2.1-or-later
# libidcard: the client of the daemon, and what it needs of the rest of this folder.

LIBIDCARD_SRC := $(wildcard $(LIB)/libidcard-*.c) $(LIB_BASE) $(LIB_CLIENT) $(LIB_IDENTITY)

$(eval $(call shared-library,libidcard,$(LIBIDCARD_SRC),jansson,$(LIB)/libidcard.map))
PROGRAMS += $(B)/libidcard.so $(B)/idcard.pc
INSTALL += 0644:$(B)/libidcard.so.$(VERSION):$(ARCHLIBDIR)/libidcard.so.$(VERSION) \
	0644:$(LIB)/idcard.h:$(INCLUDEDIR)/idcard.h \
	0644:$(B)/idcard.pc:$(ARCHLIBDIR)/pkgconfig/idcard.pc
INSTALL_LINKS += libidcard.so.$(VERSION):$(ARCHLIBDIR)/libidcard.so.$(SOVERSION) \
	libidcard.so.$(SOVERSION):$(ARCHLIBDIR)/libidcard.so

# Made anew each time, because it depends on what make was told, not on files alone.
.PHONY: force
$(B)/idcard.pc: $(LIB)/idcard.pc.in force
	@mkdir -p $(@D)
	@sed -e '/^#/d' -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(ARCHLIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|' \
		-e 's|@VERSION@|$(VERSION)|' $< >$@

UNIT_TESTS += tests/test-libidcard tests/test-libidcard-json tests/test-libidcard-decode
$(eval $(call test-program,tests/test-libidcard,tests/unit/test-libidcard.c $(LIBIDCARD_SRC),cmocka \
	jansson,,-Wl$(comma)--wrap=free))
$(eval $(call test-program,tests/test-libidcard-json,tests/unit/test-libidcard-json.c \
	$(addprefix $(LIB)/,libidcard-json.c text.c base64.c) $(LIB_BASE),cmocka jansson))
$(eval $(call test-program,tests/test-libidcard-decode,tests/unit/test-libidcard-decode.c \
	$(LIBIDCARD_SRC),cmocka jansson))
