// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of the driver; see seam.h. */
#include <linux/module.h>

#include "suites.h"

kunit_test_suites(&idcard_frame_suite, &idcard_exchange_suite, &idcard_framing_suite,
		  &idcard_calls_suite, &idcard_errors_suite, &idcard_states_suite);

MODULE_DESCRIPTION("Tests of the driver for readers of Chinese identity cards");
MODULE_AUTHOR("idcard project");
MODULE_LICENSE("GPL");
