# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages, the pages they and the README point to, and the examples of libidcard.

DOCS_MAN      := $(wildcard docs/man/*.[1-8])
DOCS_PAGES    := README.md README.zh-CN.md $(wildcard docs/*.md)
DOCS_EXAMPLES := docs/examples/read.c docs/examples/read.py docs/examples/compat.conf

INSTALL += $(foreach page,$(DOCS_MAN),644:$(page):$(MANDIR)/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page)))
INSTALL += $(foreach page,$(DOCS_PAGES),644:$(page):$(PREFIX)/share/doc/idcard/$(notdir $(page)))
INSTALL += $(foreach file,$(DOCS_EXAMPLES),644:$(file):$(PREFIX)/share/doc/idcard/examples/$(notdir $(file)))
