# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of idcard-portrait: fake decoder libraries, one for each family, and one that is evil.

PORTRAIT_FAKES := raw3 raw3_cxx raw3_other raw3_size raw5 bmp2 bmp2_other bmp3_key bmp3_len bmp3_size \
	bmp3_zkid bmp4_len file_unpack file_getbmp file_library file_save file_here init_dir
PORTRAIT_LIBRARIES := $(PORTRAIT_FAKES:%=$(B)/tests/portrait/fake-%.so) \
	$(B)/tests/portrait/evil.so $(B)/tests/portrait/evil-load.so $(B)/tests/portrait/side/license.lic

# $(call fake-library,FLAGS): without sanitizers, as those of vendors are.
fake_library = $(CC) -shared -fPIC -std=gnu11 -D_GNU_SOURCE $(WARN) -Wno-unused-function $(CFLAGS) $(1) -o $@ $<

$(B)/tests/portrait/fake-%.so: tests/portrait/fake.c tests/portrait/picture.h
	@mkdir -p $(@D)
	$(call say,FAKE,$@)
	$(Q)$(call fake_library,-fvisibility=hidden -DFAKE_$*)

$(B)/tests/portrait/evil.so: tests/portrait/evil.c tests/portrait/picture.h
	@mkdir -p $(@D)
	$(call say,FAKE,$@)
	$(Q)$(call fake_library,-pthread)

$(B)/tests/portrait/evil-load.so: tests/portrait/evil.c tests/portrait/picture.h
	@mkdir -p $(@D)
	$(call say,FAKE,$@)
	$(Q)$(call fake_library,-pthread -DEVIL_LOAD)

# What init_dir looks for.
$(B)/tests/portrait/side/license.lic:
	@mkdir -p $(@D)
	$(Q)echo 'invented for the test' >$@

PORTRAIT_RIG := tests/portrait/rig.c $(LIB)/portrait.c
$(eval $(call test-program,tests/test-portrait,tests/portrait/test-portrait.c $(PORTRAIT_RIG),cmocka libseccomp))
$(eval $(call test-program,tests/test-portrait-config,tests/portrait/test-portrait-config.c $(PORTRAIT_RIG),cmocka libseccomp))
DAEMON_TESTS += tests/test-portrait tests/test-portrait-config
# Each looks for what idcard-portrait left behind, which would be that of the other.
ALONE_TESTS += tests/test-portrait tests/test-portrait-config
$(B)/tests/test-portrait $(B)/tests/test-portrait-config: | $(B)/idcard-portrait $(PORTRAIT_LIBRARIES)
check-daemon: $(PORTRAIT_LIBRARIES)

# Without the process, whose seccomp filter and limits the sanitizers cannot live with.
$(eval $(call test-program,tests/test-portrait-parts,tests/portrait/test-portrait-parts.c \
	$(addprefix userspace/portrait/,pixels.c families.c library.c) $(LIB)/portrait.c,cmocka libelf,-Iuserspace/portrait))
UNIT_TESTS += tests/test-portrait-parts
$(B)/tests/test-portrait-parts: | $(B)/tests/portrait/fake-raw3_cxx.so
