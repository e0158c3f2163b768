# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages, the pages they and the README point to, and the examples.

# The page of the simulated reader is not the product's.
DOCS_MAN      := $(filter-out docs/man/idcard-sim.1,$(wildcard docs/man/*.[1-8]))
DOCS_NAMES    := $(shell awk -f docs/man/names.awk $(DOCS_MAN))
DOCS_PAGES    := README.md README.zh-CN.md $(wildcard docs/*.md)
DOCS_PICTURES := $(wildcard docs/pictures/*)
DOCS_EXAMPLES := docs/examples/compat.conf $(wildcard docs/examples/*/*)

INSTALL += $(foreach page,$(DOCS_MAN),644:$(page):$(MANDIR)/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page)))
# A page is found by each of its names.
man_link = $(word 1,$(1)):$(MANDIR)/man$(patsubst .%,%,$(suffix $(word 1,$(1))))/$(word 2,$(1))$(suffix $(word 1,$(1)))
INSTALL_LINKS += $(foreach name,$(DOCS_NAMES),$(call man_link,$(subst :, ,$(name))))
INSTALL += $(foreach page,$(DOCS_PAGES),644:$(page):$(PREFIX)/share/doc/idcard/$(notdir $(page)))
INSTALL += $(foreach file,$(DOCS_PICTURES),644:$(file):$(PREFIX)/share/doc/idcard/pictures/$(notdir $(file)))
INSTALL += $(foreach file,$(DOCS_EXAMPLES),644:$(file):$(PREFIX)/share/doc/idcard/$(file:docs/%=%))
