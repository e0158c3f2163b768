# SPDX-License-Identifier: GPL-2.0-or-later
# The vendor libraries as programs use them: by their names, from prototypes alone, against idcardd and a simulated reader.

TEST_COMPAT := tests/compat
COMPAT_RIG  := $(TEST_COMPAT)/rig.c $(LIB)/stream.c $(LIB_BASE)

# $(call sanitized-library,NAME,SOURCES,PACKAGES,MAP[,FLAGS]): build/tests/compat/NAME.so, which is loaded by programs with ASan.
define sanitized-library
$(B)/tests/compat/$(1).so: $(2:%.c=$(B)/tests/compat/$(1).o/%.o) $(4)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) -shared $(SANITIZE) -Wl,-Bsymbolic -Wl,-soname,$(1).so -Wl,--version-script=$(4) $$(LDFLAGS) \
		-o $$@ $$(filter %.o,$$^) $$(call pkg_libs,$(3))
$(call objects,tests/compat/$(1),$(2),$(3),$(SANITIZE) -fPIC -fvisibility=hidden $(5))
endef

$(eval $(call sanitized-library,libsdtapi,$(SDTAPI_SRC),inih jansson,$(COMPAT)/sdtapi.map))
$(eval $(call sanitized-library,libwltrs,$(WLTRS_SRC),inih jansson,$(COMPAT)/wltrs.map))
$(eval $(call sanitized-library,libtermb,$(TERMB_SRC),inih jansson,$(COMPAT)/termb.map))
$(eval $(call sanitized-library,libtermb-hisign,$(TERMB_SRC),inih jansson,$(COMPAT)/termb.map,-DTERMB_HISIGN))
COMPAT_NAMES      := libsdtapi libwltrs libtermb libtermb-hisign
COMPAT_LIBRARIES  := $(COMPAT_NAMES:%=$(B)/compat/%.so)
COMPAT_SANITIZED  := $(COMPAT_NAMES:%=$(B)/tests/compat/%.so)

# A program in a folder of its own with all that around it.
$(eval $(call program,tests/compat-rig,$(TEST_COMPAT)/rig-main.c $(COMPAT_RIG),jansson,-DBUILD='"$(B)"'))

# $(call compat-test,NAME,SOURCES): the program tests/NAME with the libraries with ASan.
# $(call compat-test-twice,NAME,SOURCES): and tests/NAME-plain with those that are installed, whose symbols and flags differ:
# each library once, and what it leaves when it is unloaded.
define compat-test
$(call test-program,tests/$(1),$(2) $(COMPAT_RIG),cmocka jansson,-I. -DBUILD='"$(B)"' -DLIBRARIES='"$(B)/tests/compat"')
$(B)/tests/$(1): | $(COMPAT_SANITIZED)
DAEMON_TESTS += tests/$(1)
endef
define compat-test-twice
$(call compat-test,$(1),$(2))
$(call program,tests/$(1)-plain,$(2) $(COMPAT_RIG),cmocka jansson,-I. -DBUILD='"$(B)"' -DLIBRARIES='"$(B)/compat"')
$(B)/tests/$(1)-plain: | $(COMPAT_LIBRARIES)
DAEMON_TESTS += tests/$(1)-plain
endef

$(eval $(call compat-test-twice,test-sdtapi,$(TEST_COMPAT)/test-sdtapi.c $(TEST_COMPAT)/sdt.c))
$(eval $(call compat-test-twice,test-sdtapi-life,$(TEST_COMPAT)/test-sdtapi-life.c $(TEST_COMPAT)/sdt.c))
$(eval $(call compat-test,test-compat-callers,$(TEST_COMPAT)/test-callers.c))
$(eval $(call compat-test,test-compat-answers,$(addprefix $(TEST_COMPAT)/,test-answers.c sdt.c fake-daemon.c)))
$(eval $(call compat-test-twice,test-wltrs,$(TEST_COMPAT)/test-wltrs.c))
$(eval $(call compat-test-twice,test-termb,$(TEST_COMPAT)/test-termb.c $(TEST_COMPAT)/termb.c $(LIB)/base64.c))
$(eval $(call compat-test,test-termb-files,$(TEST_COMPAT)/test-termb-files.c $(TEST_COMPAT)/termb.c))
$(eval $(call compat-test,test-termb-callers,$(TEST_COMPAT)/test-termb-callers.c $(TEST_COMPAT)/termb.c))
$(eval $(call compat-test-twice,test-termb-hisign,$(TEST_COMPAT)/test-termb-hisign.c $(TEST_COMPAT)/termb.c))
check-daemon: $(B)/tests/idcardd $(B)/tests/fake-portrait $(COMPAT_SANITIZED)

# Which reader a port is; the settings.
$(eval $(call test-program,tests/test-compat-ports,$(TEST_COMPAT)/test-ports.c $(addprefix $(COMPAT)/,sdt-ports.c options.c trace.c) \
	$(addprefix $(LIB)/,libidcard-json.c text.c base64.c config.c) $(LIB_BASE),cmocka inih jansson))
UNIT_TESTS += tests/test-compat-ports

# Without ASan, which keeps what is freed.
$(eval $(call program,tests/test-compat-residue,$(TEST_COMPAT)/test-residue.c $(TEST_COMPAT)/sdt.c $(LIB)/base64.c $(COMPAT_RIG),\
	cmocka jansson,-I. -DBUILD='"$(B)"' -DLIBRARIES='"$(B)/compat"'))
$(eval $(call program,tests/test-termb-residue,$(TEST_COMPAT)/test-termb-residue.c $(TEST_COMPAT)/termb.c $(COMPAT_RIG),\
	cmocka jansson,-I. -DBUILD='"$(B)"' -DLIBRARIES='"$(B)/compat"'))
DAEMON_TESTS += tests/test-compat-residue tests/test-termb-residue
$(B)/tests/test-compat-residue $(B)/tests/test-termb-residue: | $(COMPAT_LIBRARIES)

.PHONY: check-compat check-compat-ctypes
check-unit: check-compat
check-compat: $(COMPAT_LIBRARIES)
	$(Q)tests/compat/test-libraries.sh $(B)/compat

# Python is not built with ASan: it is loaded before it, and what Python keeps is no leak of ours.
compat_ctypes = RIG_PRELOAD=$$($(CC) -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 timeout 300 \
	$(B)/tests/compat-rig $(1) python3 $(abspath $(TEST_COMPAT)/$(2)) $(abspath $(B)/tests/compat)
check-daemon: check-compat-ctypes
check-compat-ctypes: $(B)/tests/compat-rig $(B)/tests/idcardd $(B)/tests/fake-portrait $(B)/tests/idcard-sim $(COMPAT_SANITIZED)
	$(Q)$(call compat_ctypes,,test_termb.py)
	$(Q)$(call compat_ctypes,--decoder whole,test_sdtapi.py)
	$(Q)$(call compat_ctypes,--options "$$(printf '[sdt]\nnewaddr_max = 70\n')",test_sdtapi.py) --short
