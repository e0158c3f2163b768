# SPDX-License-Identifier: GPL-2.0-or-later
# idcard-web: identities in a browser.

WEB := userspace/web

# What is pure: a profile each vendor; and what the server decides.
WEB_PROFILES := $(wildcard $(WEB)/profile*.c)
WEB_PURE     := $(addprefix $(WEB)/,card.c guard.c origins.c limits.c consumers.c target.c ws.c refusal.c settings.c suggest.c)
WEB_SRC      := $(addprefix $(WEB)/,main.c http.c http-request.c http-reply.c user.c peer.c websocket.c feed.c \
	        consent.c call.c answer.c api.c events.c serve.c vendor.c talk.c audit.c assets.c) \
	        $(WEB_PURE) $(WEB_PROFILES)
WEB_ALL      := $(WEB_SRC) $(LIB_SERVICE) $(LIB_BASE) $(LIB_HUB) $(LIB)/config.c $(LIB_IDENTITY)
WEB_PACKAGES := libmicrohttpd libmd libsystemd inih jansson

PROGRAMS += $(B)/idcard-web
INSTALL += 0755:$(B)/idcard-web:$(SBINDIR)/idcard-web
# The sanitizers have functions of their own for the heap.
$(eval $(call program,idcard-web,$(WEB_ALL) $(WEB)/wipe.c,$(WEB_PACKAGES),-I$(B)/web))
$(eval $(call test-program,tests/idcard-web,$(WEB_ALL),$(WEB_PACKAGES),-I$(B)/web -DIDCARD_TESTING))

# The page is part of the program.
WEB_PAGE := $(sort $(wildcard $(addprefix $(WEB)/page/*.,html js css svg)))
WEB_FILES := $(WEB_PAGE) $(B)/web/errors.js docs/openapi.yaml

$(B)/web/errors.js: $(WEB)/page/make-errors $(LIB)/errors.h
	@mkdir -p $(@D)
	$(Q)$(WEB)/page/make-errors $(LIB)/errors.h >$@.new && mv $@.new $@
$(B)/web/assets.inc: $(WEB)/make-assets $(WEB_FILES)
	@mkdir -p $(@D)
	$(Q)$(WEB)/make-assets $(WEB_FILES) >$@.new && mv $@.new $@
$(B)/idcard-web.o/$(WEB)/assets.o $(B)/tests/idcard-web.o/$(WEB)/assets.o: $(B)/web/assets.inc $(WEB_FILES)

# The page in the menu of a desktop. The icon is the page's own.
WEB_ICONS := $(PREFIX)/share/icons/hicolor
INSTALL += 0644:$(WEB)/desktop/idcard-web.desktop:$(PREFIX)/share/applications/idcard-web.desktop \
	0644:$(WEB)/desktop/local.idcard.web.metainfo.xml:$(PREFIX)/share/metainfo/local.idcard.web.metainfo.xml \
	0644:$(WEB)/page/icon.svg:$(WEB_ICONS)/scalable/apps/idcard.svg \
	0644:$(WEB)/desktop/idcard-symbolic.svg:$(WEB_ICONS)/symbolic/apps/idcard-symbolic.svg

# $(call web-test,NAME,SOURCES[,PACKAGES])
define web-test
$(call test-program,tests/test-web-$(1),tests/unit/test-web-$(1).c $(2),cmocka $(3))
UNIT_TESTS += tests/test-web-$(1)
endef

$(eval $(call web-test,guard,$(WEB)/guard.c $(WEB)/origins.c))
$(eval $(call web-test,origins,$(WEB)/origins.c $(WEB)/consent.c $(addprefix $(LIB)/,config.c secret.c log.c),inih jansson))
$(eval $(call web-test,card,$(WEB)/card.c,jansson))
$(eval $(call web-test,limits,$(addprefix $(WEB)/,limits.c consumers.c target.c refusal.c),jansson))
$(eval $(call web-test,settings,$(WEB)/settings.c $(WEB_PROFILES) $(LIB_BASE) $(LIB_IDENTITY) $(LIB)/config.c,inih jansson))
$(eval $(call web-test,peer,$(WEB)/peer.c))
$(eval $(call web-test,ws,$(WEB)/ws.c $(LIB)/base64.c,libmd jansson))
