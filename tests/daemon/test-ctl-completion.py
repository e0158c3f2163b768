#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What idcardctl offers at the prompt: asked of bash, zsh and fish themselves, each on a terminal of its own.

Usage: test-ctl-completion.py BUILD-FOLDER
"""
import contextlib
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "web"))
from checks import equal, run  # noqa: E402

COMPLETION = os.path.join(HERE, "..", "..", "userspace", "ctl", "completion")
SECONDS = 20
PROMPT = "@@ready@@ "


class Terminal:
    """A shell with a key that puts all that it offers into the line."""

    def __init__(self, folder, command, key, setup):
        self.folder, self.key = folder, key
        environment = dict(os.environ, HOME=folder, TERM="dumb", PS1=PROMPT, LC_ALL="C.UTF-8", HISTFILE="/dev/null")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        self.wait_prompt()
        for line in setup:
            self.type(line + "\r")
            self.wait_prompt()

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def wait_prompt(self, there=None):
        """Until the file is there and the prompt is the last that was printed: then the shell reads keys."""
        said, deadline = b"", time.monotonic() + SECONDS
        while not (re.search(re.escape(PROMPT).encode() + rb"(\x1b\[[?0-9]*[a-zA-Z])*$", said) and
                   (there is None or os.path.exists(there))):
            ready = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))[0]
            assert ready, f"no prompt after {said!r}"
            said += os.read(self.fd, 4096)

    def offers(self, line):
        """The words that come into the place of the last of the line."""
        out = os.path.join(self.folder, "out")
        self.type(line + self.key + "\x01printf '%s\\n' \x05 >out.new; mv out.new out\r")
        self.wait_prompt(out)
        with open(out, encoding="utf-8") as f:
            words = f.read().splitlines()
        os.unlink(out)
        return words[len(line.split(" ")) - 1:]

    def close(self):
        os.close(self.fd)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Fish:
    """Tells by itself what it would offer."""

    def __init__(self, folder):
        self.folder = folder

    def offers(self, line):
        script = "source $argv[1]; complete -C $argv[2]"
        said = subprocess.run(["fish", "--no-config", "-c", script, os.path.join(COMPLETION, "idcardctl.fish"), line],
                              cwd=self.folder, env=dict(os.environ, HOME=self.folder), check=True, timeout=SECONDS,
                              stdout=subprocess.PIPE, text=True).stdout
        return [offer.split("\t")[0] for offer in said.splitlines()]

    def close(self):
        pass


def bash(folder):
    return Terminal(folder, ["bash", "--norc", "--noprofile"], "\x1b*",
                    [f". {COMPLETION}/idcardctl.bash", "bind 'set enable-bracketed-paste off'"])


def zsh(folder):
    return Terminal(folder, ["zsh", "-f"], "\x18a",
                    ["bindkey -e; unsetopt zle_bracketed_paste; unset zle_bracketed_paste; PROMPT_SP= PROMPT_CR=",
                     f"fpath=({COMPLETION} $fpath); autoload -Uz compinit; compinit -u -D",
                     "zle -C offers complete-word _generic; bindkey '^Xa' offers",
                     "zstyle ':completion:offers:*' insert yes",
                     "zstyle ':completion:offers::::' completer _all_matches _complete"])


SHELLS = {"bash": bash, "zsh": zsh, "fish": Fish}


def wedge(path, answers):
    """A stand-in for idcard-wedge: one that answers, or one that is silent."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()

    def serve():
        with contextlib.suppress(OSError):
            while True:
                client, _ = server.accept()
                if not answers:
                    keep.append(client)
                    continue
                with client:
                    client.sendall(b'{"class":"VERSION","release":"0","proto_major":1,"proto_minor":0}\n')
                    request = json.loads(client.makefile().readline())
                    equal(request["class"], "PROFILES")
                    reply = {"class": "PROFILES", "id": request["id"],
                             "profiles": [{"name": "number"}, {"name": "clinic"}, {"name": "name-number"}]}
                    client.sendall(json.dumps(reply).encode() + b"\n")

    keep = []
    threading.Thread(target=serve, daemon=True).start()
    return server


def words(program, *arguments):
    return subprocess.run([program, *arguments], check=True, timeout=SECONDS, stdout=subprocess.PIPE,
                          text=True).stdout.split()


def options(program):
    """All of --help."""
    said = subprocess.run([program, "--help"], check=True, stdout=subprocess.PIPE, text=True,
                          env=dict(os.environ, LC_ALL="C")).stdout
    return set(re.findall(r"(?<![a-z-])--[a-z][a-z-]*", said))


def of_shell(name, program):
    def test():
        with tempfile.TemporaryDirectory() as folder:
            check_shell(SHELLS[name](folder), folder, program)
    test.__doc__ = f"{name} offers what idcardctl says"
    return test


def check_shell(shell, folder, program):
    os.mkdir(os.path.join(folder, "papers"))
    with open(os.path.join(folder, "paper.txt"), "w", encoding="utf-8"):
        pass
    service = wedge(os.path.join(folder, "wedge"), True)
    try:
        def offered(line, *want):
            equal(sorted(offer.rstrip("/") for offer in shell.offers(line)), sorted(want))

        offered("idcardctl re", "read")
        offered("idcardctl ", *words(program, "complete", "--", ""))
        offered("idcardctl --json w", "watch", "wedge")
        offered("idcardctl read --po", "--portrait")
        offered("idcardctl read --portrait ", "bmp", "jpeg", "wlt")
        offered("idcardctl read --portrait=j", "--portrait=jpeg")
        offered("idcardctl drop --format wz,j", "wz,json")
        offered("idcardctl read --output pap", "paper.txt", "papers")
        offered("idcardctl drop pap", "papers")
        offered("idcardctl compat link papers libsdt", "libsdtapi.so")
        offered("idcardctl --socket wedge wedge profile n", "name-number", "number")
    finally:
        shell.close()
        service.close()


def commands_test(program):
    def test():
        """every command and every option of --help is offered, and nothing else"""
        commands = words(program, "complete", "--", "")
        said = subprocess.run([program, "--socket", "/nonexistent"], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True,
                              env=dict(os.environ, LC_ALL="C")).stdout.splitlines()[0]
        equal(sorted(commands), sorted(said.removeprefix("idcardctl ").split(" | ")))
        equal(set(words(program, "complete", "--", "--")), options(program))
        of_commands = set()
        for command in commands:
            of_commands |= set(words(program, "complete", "--", command, "--"))
        equal(of_commands, options(program))
    return test


def values_test(program):
    def test():
        """values that are offered are taken, and a command that there is not gets no offers"""
        for option, command in (("--portrait", "read"), ("--scale", "read"), ("--format", "drop")):
            offers = words(program, "complete", "--", command, option, "")
            assert offers
            for value in offers:
                status = subprocess.run([program, "--socket", "/nonexistent", option, value, "dance"], check=False,
                                        stderr=subprocess.PIPE, text=True)
                assert "unknown command" in status.stderr, status.stderr
        equal(words(program, "complete", "--", "dance", ""), [])
        equal(words(program, "complete", "--", "read", "--timeout", ""), [])
    return test


def silent_test(program):
    def test():
        """a service that hangs holds nobody up at the prompt"""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "wedge")
            with wedge(path, False):
                start = time.monotonic()
                subprocess.run([program, "complete", "--", "--socket", path, "wedge", "profile", ""], check=False,
                               timeout=SECONDS)
                took = time.monotonic() - start
                assert took < 3, f"{took:.1f} s"
    return test


def main():
    build = os.path.abspath(sys.argv.pop(1))
    program = os.path.join(build, "idcardctl")
    os.environ["PATH"] = build + ":" + os.environ["PATH"]
    for name in SHELLS:
        assert shutil.which(name), f"{name} is missing: make deps"
    return run("completion", [of_shell(name, program) for name in SHELLS] +
               [commands_test(program), values_test(program), silent_test(program)])


if __name__ == "__main__":
    sys.exit(main())
