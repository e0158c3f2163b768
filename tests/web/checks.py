# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs test functions one after the other: a line "ok NAME" or "not ok NAME" for each, and why."""
import sys
import time
import traceback


def run(group, tests, *arguments):
    """Each test is called with the arguments; the first line of its docstring is its name. Arguments of the
    command line are parts of names: only those are run. Returns the exit status."""
    failed = ran = 0
    for test in tests:
        name = f"{group}: {test.__doc__.strip().splitlines()[0].rstrip('.')}"
        if sys.argv[1:] and not any(part in name for part in sys.argv[1:]):
            continue
        ran += 1
        start = time.monotonic()
        try:
            test(*arguments)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {name}")
            print("".join("# " + line for line in traceback.format_exc().splitlines(True)))
        else:
            print(f"ok {name} ({time.monotonic() - start:.1f} s)")
        sys.stdout.flush()
    if not ran:
        print(f"not ok {group}: no test has such a name")
    return 1 if failed or not ran else 0


def equal(have, want):
    assert have == want, f"{have!r} is not {want!r}"
