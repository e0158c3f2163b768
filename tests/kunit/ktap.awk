# SPDX-License-Identifier: GPL-2.0-or-later
# KTAP of the kernel's log to lines "ok - kunit: SUITE: CASE"; the parameters of a case are counted.
# A plan that is not kept, or no test at all, is a failure.

{ sub(/^\[[^]]*\] /, "") }

# What failed says why in comments before its line.
/^ *# [a-z_]+: (EXPECTATION|ASSERTION) FAILED/ { why = 8 }
why > 0 { print "    " $0; why-- }

/^    # Subtest: / { suite = $3; done = 0; next }
/^    1\.\.[0-9]+$/ { sub(/^ *1\.\./, ""); planned = $0 + 0; next }
/^        (not )?ok / { parameters++; all++; next }
/^    (not )?ok / {
	result = /not ok/ ? "not ok" : "ok"
	name = $0
	sub(/^ *(not )?ok [0-9]+ (- )?/, "", name)
	sub(/ *# .*/, "", name)
	printf "%s - kunit: %s: %s%s\n", result, suite, name, parameters ? " (" parameters " sets)" : ""
	if (!parameters)
		all++
	parameters = 0
	done++
	failed += result != "ok"
	next
}
/^(not )?ok [0-9]+ (- )?idcard-/ {
	if (done != planned) {
		printf "not ok - kunit: %s: %d of %d tests ran\n", suite, done, planned
		failed++
	}
	suites++
}
END {
	printf "# kunit: %d suites, %d tests with their parameters, %d failed\n", suites, all, failed
	if (suites != 6) {
		print "not ok - kunit: not all of the suites ran"
		failed++
	}
	exit failed > 0
}
