#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs of docs/examples/device with the real /dev/idcard, in the virtual machine: a line for each card and no
other, whatever happens to reader and daemon meanwhile."""
import os
import sys
import tempfile

from programs import SECONDS, Example
from checks import run
import rig

NODE = "/dev/idcard"
RESIDENT, FOREIGNER = "测试甲 110101190001010014", "测试丙 XXX110000010103"
ENVIRONMENT = dict(os.environ, LANG="C.UTF-8", PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")


def sim(command):
    rig.sim("/run/idcard-sim/control", command, SECONDS)


def wait_searched():
    sim(f"wait-polled 2 timeout={SECONDS * 1000:.0f}")


def lift():
    sim("lift")
    wait_searched()


def prints(name):
    """A test of one example."""
    def test():
        rig.wait(lambda: os.path.exists(NODE), NODE, SECONDS)
        with tempfile.TemporaryDirectory() as folder:
            with Example(name, folder, ENVIRONMENT).start(ENVIRONMENT) as program:
                wait_searched()
                sim("place resident")
                program.wait_lines(RESIDENT)
                lift()
                sim("unplug")
                sim("plug")
                wait_searched()
                sim("place foreigner")
                program.wait_lines(RESIDENT, FOREIGNER)
                lift()
                with open(NODE, "w", encoding="ascii") as node:
                    node.write("110101190001010014\n")
                program.wait_lines(RESIDENT, FOREIGNER, "- 110101190001010014")
    test.__doc__ = f"{name}: each card"
    return test


if __name__ == "__main__":
    sys.exit(run("examples", [prints(f"device/{name}") for name in
                              ("cards.c", "cards.py", "cards.js", "Cards.java", "cards.sh")]))
