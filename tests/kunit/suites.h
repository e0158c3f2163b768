/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IDCARD_KUNIT_SUITES_H
#define IDCARD_KUNIT_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite idcard_frame_suite, idcard_exchange_suite, idcard_framing_suite,
	idcard_calls_suite, idcard_errors_suite, idcard_states_suite;

#endif
