# SPDX-License-Identifier: GPL-2.0-or-later
# Figures of speed.

BENCH_PROGRAMS += tests/bench-decode
$(eval $(call program,tests/bench-decode,tests/bench/bench-decode.c tests/bench/reference.c $(LIB)/record.c \
	$(LIB_IDENTITY),jansson,-Itests/unit -Itests/bench))

# Identities a second, from the reader's reply to the line of JSON, against iconv and jansson's objects. With
# REQUIRE=1 it fails when that is not three times as fast.
.PHONY: bench-decode
bench-decode: $(B)/tests/bench-decode
	$(Q)$< $(if $(REQUIRE),--require)
