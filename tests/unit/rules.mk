# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests of userspace/lib: what stands on its own in a program of its own.

comma := ,

# $(call unit-test,NAME,SOURCES[,PACKAGES[,LIBS]])
define unit-test
$(call test-program,tests/test-$(1),tests/unit/test-$(1).c $(2:%=userspace/lib/%.c),cmocka $(3),,$(4))
UNIT_TESTS += tests/test-$(1)
endef

UNIT_IDENTITY := identity identity-json identity-entry number mrz codes text base64 secret

$(eval $(call unit-test,errors,errors))
$(eval $(call unit-test,sam,sam))
$(eval $(call unit-test,record,record))
$(eval $(call unit-test,number,number))
$(eval $(call unit-test,text,text,jansson))
$(eval $(call unit-test,codes,codes base64))
$(eval $(call unit-test,mrz,mrz number))
$(eval $(call unit-test,secret,secret,jansson,-Wl$(comma)--wrap=free$(comma)--wrap=getrlimit$(comma)--wrap=mlockall))
$(eval $(call unit-test,identity,$(UNIT_IDENTITY),jansson))
$(eval $(call unit-test,warnings,$(UNIT_IDENTITY),jansson))
$(eval $(call unit-test,entry,$(UNIT_IDENTITY) errors,jansson))
