# SPDX-License-Identifier: GPL-2.0-or-later
# idcard-web with a browser: real pages, the real service and daemon, the simulated reader.

WEB_TEST_PROGRAMS := $(addprefix $(B)/tests/,idcard-web idcardd idcard-sim fake-portrait fake-hub)

# $(call web_tests,NAME...): one after the other, going on when one has failed.
web_tests = status=0; for test in $(1:%=tests/web/test-%.py); do \
	IDCARD_BUILD=$(B) PYTHONDONTWRITEBYTECODE=1 $$test || status=1; done; exit $$status

WEB_TESTS := $(WEB_TEST_PROGRAMS) $(B)/idcard-web
.PHONY: check-web-service
check-daemon: check-web-service
check-web-service: $(WEB_TESTS)
	$(Q)$(call web_tests,profiles page page-view pictures server serving rest)

.PHONY: check-web-profiles
check-web-profiles: $(WEB_TESTS)
	$(Q)$(call web_tests,profiles)

# The operator page.
.PHONY: check-page
check-page: $(WEB_TESTS)
	$(Q)$(call web_tests,page page-view pictures)

# Those of it that the operator's manual shows: docs/pictures/*.png.
.PHONY: pictures
pictures: $(WEB_TEST_PROGRAMS)
	$(Q)IDCARD_BUILD=$(B) PYTHONDONTWRITEBYTECODE=1 tests/web/test-pictures.py --make

# The server itself, without a browser. Both with ASan and, for what is about memory and waking up, as it is installed.
.PHONY: check-web
check-web: $(WEB_TESTS)
	$(Q)$(call web_tests,server serving rest)
