# SPDX-License-Identifier: GPL-2.0-or-later
# idcard-web with a browser: real pages, the real service and daemon, the simulated reader.

WEB_TEST_PROGRAMS := $(addprefix $(B)/tests/,idcard-web idcardd idcard-sim fake-portrait fake-hub)

.PHONY: check-web-profiles
check-daemon: check-web-profiles
check-web-profiles: $(WEB_TEST_PROGRAMS)
	$(Q)IDCARD_BUILD=$(B) tests/web/test-profiles.py

# The operator page. The second goes on when the first has failed.
.PHONY: check-page
check-daemon: check-page
check-page: $(WEB_TEST_PROGRAMS)
	$(Q)status=0; for test in tests/web/test-page.py tests/web/test-page-view.py; do \
		IDCARD_BUILD=$(B) PYTHONDONTWRITEBYTECODE=1 $$test || status=1; \
	done; exit $$status

# The server itself, without a browser. Both with ASan and, for what is about memory and waking up, as it is installed.
.PHONY: check-web
check-daemon: check-web
check-web: $(WEB_TEST_PROGRAMS) $(B)/idcard-web
	$(Q)status=0; for test in tests/web/test-server.py tests/web/test-serving.py \
		tests/web/test-rest.py; do \
		IDCARD_BUILD=$(B) PYTHONDONTWRITEBYTECODE=1 $$test || status=1; \
	done; exit $$status
