# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests of userspace/lib: what stands on its own in a program of its own.

# $(call unit-test,NAME,SOURCES[,PACKAGES[,LIBS]])
define unit-test
$(call test-program,tests/test-$(1),tests/unit/test-$(1).c $(2:%=userspace/lib/%.c),cmocka $(3),,$(4))
UNIT_TESTS += tests/test-$(1)
endef

UNIT_IDENTITY := identity identity-json identity-entry json-writer number mrz codes text private-use base64 portrait

$(eval $(call unit-test,errors,errors))
$(eval $(call unit-test,log,log))
$(eval $(call unit-test,sam,sam))
$(eval $(call unit-test,record,record))
$(eval $(call unit-test,number,number number-suggest misread))
$(eval $(call unit-test,text,text,jansson))
$(eval $(call unit-test,codes,codes base64))
$(eval $(call unit-test,mrz,mrz mrz-suggest misread number))
$(eval $(call unit-test,secret,secret,jansson,-Wl$(comma)--wrap=free$(comma)--wrap=getrlimit$(comma)--wrap=mlockall))
$(eval $(call unit-test,identity,$(UNIT_IDENTITY),jansson))
$(eval $(call unit-test,identity-write,$(UNIT_IDENTITY),jansson))
$(eval $(call unit-test,warnings,$(UNIT_IDENTITY),jansson))
$(eval $(call unit-test,entry,$(UNIT_IDENTITY) errors,jansson))
$(eval $(call unit-test,json-writer,json-writer text private-use base64,jansson))
$(eval $(call unit-test,private-use,private-use))
$(eval $(call unit-test,gbk,gbk private-use text))
$(eval $(call unit-test,wz,wz gbk $(UNIT_IDENTITY),jansson))

# Without sanitizers, whose malloc() would be in the way of the test's.
UNIT_TESTS += tests/test-no-heap
$(eval $(call program,tests/test-no-heap,tests/unit/test-no-heap.c \
	$(addprefix userspace/lib/,$(addsuffix .c,$(UNIT_IDENTITY) record number-suggest mrz-suggest misread)),cmocka))

UNIT_TESTS += tests/test-secret-pages
$(eval $(call program,tests/test-secret-pages,tests/unit/test-secret-pages.c userspace/lib/secret.c,cmocka jansson))

# Profiles of vendors' web services: pure functions, one test for each vendor; the table of them all.
WEB_PROFILE_RIG := tests/unit/profile-rig.c userspace/web/profile-common.c userspace/web/profile-countries.c \
	$(LIB_BASE) userspace/lib/text.c
$(foreach name,huashi routon synjones zkteco donsee camera,\
	$(eval $(call test-program,tests/test-web-profile-$(name),tests/unit/test-web-profile-$(name).c \
	$(wildcard userspace/web/profile-$(name)*.c) $(WEB_PROFILE_RIG),cmocka jansson,-I.))\
	$(eval UNIT_TESTS += tests/test-web-profile-$(name)))
$(eval $(call test-program,tests/test-web-profile-common,tests/unit/test-web-profile-common.c \
	$(sort $(WEB_PROFILES) $(WEB_PROFILE_RIG)),cmocka jansson,-I.))
UNIT_TESTS += tests/test-web-profile-common
