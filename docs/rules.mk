# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages, and the pages they and the README point to.

DOCS_MAN   := $(wildcard docs/man/*.[1-8])
DOCS_PAGES := README.md README.zh-CN.md $(wildcard docs/*.md)

INSTALL += $(foreach page,$(DOCS_MAN),644:$(page):$(MANDIR)/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page)))
INSTALL += $(foreach page,$(DOCS_PAGES),644:$(page):$(PREFIX)/share/doc/idcard/$(notdir $(page)))
