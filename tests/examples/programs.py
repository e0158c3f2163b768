# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs of docs/examples, made and started as each tells in its first lines.

    example = Example("socket/cards.c", folder)
    with example.start(environment) as program:
        program.wait_lines("测试甲 110101190001010014")
        program.wait_error("could not be read")
"""
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests/web"))
import rig  # noqa: E402 pylint: disable=wrong-import-position

FOLDER = os.path.join(ROOT, "docs/examples")
SECONDS = 20 * float(os.environ.get("IDCARD_SLOW", "1"))

# What a file of each kind is started with when it does not say more.
START = {".py": "python3", ".sh": "sh", ".js": "node"}


class Example:
    def __init__(self, name, folder, environment=None):
        """folder: where what is compiled is put."""
        self.name = name
        self.path = os.path.join(FOLDER, name)
        kind = os.path.splitext(name)[1]
        if kind == ".c":
            program = os.path.join(folder, name.replace("/", "-").removesuffix(".c"))
            subprocess.run(["sh", "-ec", f"{self.told('cc')} -Wall -Wextra -Werror -o {shlex.quote(program)}"],
                           cwd=os.path.dirname(self.path), env=environment, check=True, timeout=SECONDS)
            self.argv = [program]
        elif kind == ".java":
            self.argv = ["java", "-Dfile.encoding=UTF-8", *shlex.split(self.told("java"))[1:]]
        else:
            self.argv = [START[kind], os.path.basename(name)]

    def told(self, command):
        """How it is built or started, as the file itself says."""
        with open(self.path, encoding="utf-8") as file:
            head = "".join(file.readlines()[:6])
        return re.search(rf"\b({command} [^;\n]*?)(?:;.*)?(?: \*/)?$", head, re.MULTILINE).group(1).rstrip(".")

    def start(self, environment, *arguments, argv=None):
        """argv: a command that the file is a part of."""
        return Running(self.name, argv or [*self.argv, *arguments], os.path.dirname(self.path), environment)


class Running:
    def __init__(self, name, argv, folder, environment):
        self.name = name
        # pylint: disable=consider-using-with
        self.out, self.err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        # A group of its own: a shell's pipeline ends as a whole.
        self.child = subprocess.Popen(argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=self.out,
                                      stderr=self.err, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGTERM)
            try:
                self.child.wait(SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.child.pid, signal.SIGKILL)
                self.child.wait()
        self.out.close()
        self.err.close()

    @staticmethod
    def _read(file):
        return os.pread(file.fileno(), 1 << 20, 0).decode().splitlines()

    def lines(self):
        return [line for line in self._read(self.out) if not line.startswith("! ")]

    def errors(self):
        """Those of shell scripts are lines of output that begin with "!"."""
        return "\n".join(self._read(self.err) + [line for line in self._read(self.out) if line.startswith("! ")])

    def report(self):
        return f"{self.name}: {self.child.poll()}: printed {self.lines()}, said {self.errors()[-500:]!r}"

    def _wait(self, condition):
        try:
            rig.wait(condition, self.name, SECONDS)
        except TimeoutError:
            raise TimeoutError(self.report()) from None

    def wait_lines(self, *lines):
        """Exactly these, and not more."""
        self._wait(lambda: len(self.lines()) >= len(lines))
        assert self.lines() == list(lines), self.report()

    def wait_error(self, part):
        self._wait(lambda: part in self.errors())

    def wait_end(self):
        """Its exit status."""
        self._wait(lambda: self.child.poll() is not None)
        return self.child.returncode
