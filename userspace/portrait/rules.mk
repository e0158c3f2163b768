# SPDX-License-Identifier: GPL-2.0-or-later
# idcard-portrait, one process for each portrait. idcardd calls it; people with --check and --test.

PORTRAIT_PACKAGES := inih libelf libseccomp jansson
PORTRAIT_SRC  := $(wildcard userspace/portrait/*.c) $(addprefix $(LIB)/,portrait.c config.c secret.c)

PROGRAMS += $(B)/idcard-portrait
INSTALL += 0755:$(B)/idcard-portrait:$(SBINDIR)/idcard-portrait
$(eval $(call program,idcard-portrait,$(PORTRAIT_SRC),$(PORTRAIT_PACKAGES)))
