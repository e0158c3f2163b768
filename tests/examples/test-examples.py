#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each program of docs/examples does what docs/developer.md says, with the real daemon and the simulated reader: a line
for each card and no other, errors said, and it goes on after the daemon. Those of /dev/idcard run in the virtual
machine: test-device.py. Usage: test-examples.py STAGE [PART…]; in STAGE the product was installed with PREFIX=/usr."""
import contextlib
import functools
import http.server
import os
import sys
import tempfile
import threading

from programs import FOLDER, Example
from browser import Browser
from checks import equal, run
from rig import Rig, wait

STAGE = os.path.join(os.path.abspath(sys.argv.pop(1)), "usr")
RESIDENT, FOREIGNER = "测试甲 110101190001010014", "测试丙 XXX110000010103"
# The specimen of ICAO 9303: a name in Latin letters alone, a number of a passport.
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
ENTERED = "ERIKSSON, ANNA MARIA L898902C3"


class Desk:
    """A rig, and programs that find the installed product and it."""

    def __init__(self, rig):
        self.rig = rig
        self.folder = rig.path("programs")
        os.mkdir(self.folder)
        libraries = f"{STAGE}/lib:{STAGE}/lib/idcard-compat"
        self.environment = dict(
            os.environ, LANG="C.UTF-8", IDCARD_SOCKET=rig.path("hub"), PATH=f"{STAGE}/bin:{os.environ['PATH']}",
            CPATH=f"{STAGE}/include:{STAGE}/include/idcard-compat", PKG_CONFIG_PATH=f"{STAGE}/lib/pkgconfig",
            LIBRARY_PATH=libraries, LD_LIBRARY_PATH=libraries)

    def example(self, name):
        return Example(name, self.folder, self.environment)

    def start(self, name, *arguments, **options):
        return self.example(name).start(self.environment, *arguments, **options)

    def service(self):
        """The address of the web service."""
        return self.rig.url("")

    def lift(self):
        """And the reader has looked since then."""
        self.rig.lift()
        self.rig.sim("wait-polled 2")

    @contextlib.contextmanager
    def unreadable(self):
        self.rig.sim("fault status count=1000 command=20.02 arg=81")
        self.rig.place("resident")
        yield
        self.rig.sim("fault clear")


@contextlib.contextmanager
def new_desk(web=False):
    with Rig(start=web) as rig:
        yield Desk(rig)


def each_card(desk, program, foreigner=FOREIGNER, entry=True, error="flat in the middle", gone="daemon"):
    """What a program prints that goes on for ever. None: it has no way to know."""
    lines = [RESIDENT]
    desk.rig.place("resident")
    program.wait_lines(*lines)
    desk.lift()
    desk.rig.place("foreigner")
    if foreigner:
        lines.append(foreigner)
        program.wait_lines(*lines)
    else:
        program.wait_error("a foreigner's card of 2017")
    desk.lift()
    if entry:
        equal(desk.rig.ask({"class": "ENTER", "text": PASSPORT})["class"], "IDENTITY")
        lines.append(ENTERED)
        program.wait_lines(*lines)
    if error:
        with desk.unreadable():
            program.wait_error(error)
        desk.lift()
    desk.rig.stop_daemon()
    if gone:
        program.wait_error(gone)
    desk.rig.start_daemon()
    desk.rig.place("resident")
    lines.append(RESIDENT)
    program.wait_lines(*lines)


def after_service(desk, program, refused):
    """It goes on after the web service, too, which answers with the error refused meanwhile."""
    lines = program.lines()
    desk.lift()
    desk.rig.stop_web()
    program.wait_error(refused)
    desk.rig.start_web()
    desk.rig.place("foreigner")
    program.wait_lines(*lines, FOREIGNER)


def watches(name, web=False, refused="idcard-web does not answer", **expected):
    """A test of an example that prints each card."""
    def test():
        with new_desk(web) as desk:
            with desk.start(name, *([desk.service()] if web else [])) as program:
                each_card(desk, program, **expected)
                if web:
                    after_service(desk, program, refused)
    test.__doc__ = f"{name}: each card"
    return test


def reads(name, web=False):
    """A test of an example that waits for one card."""
    def test():
        with new_desk(web) as desk:
            example = desk.example(name)
            arguments = [desk.service()] if web else []
            with example.start(desk.environment, *arguments) as program:
                desk.rig.place("resident")
                equal(program.wait_end(), 0)
                program.wait_lines(RESIDENT)
            desk.rig.lift()
            with example.start(desk.environment, *arguments) as program, desk.unreadable():
                equal(program.wait_end(), 1)
                program.wait_error("flat in the middle")
                equal(program.lines(), [])
    test.__doc__ = f"{name}: one card"
    return test


def test_each_card():
    """command/each-card.sh: run for each card"""
    with new_desk() as desk:
        command = ["idcardctl", "watch", "--exec", "sh ./each-card.sh"]
        with desk.start("command/each-card.sh", argv=command) as program:
            desk.rig.place("resident")
            program.wait_lines(RESIDENT)
            desk.lift()
            equal(desk.rig.ask({"class": "ENTER", "text": PASSPORT})["class"], "IDENTITY")
            program.wait_lines(RESIDENT, ENTERED)


def test_folder():
    """command/folder.py: the files of each card"""
    with new_desk() as desk, tempfile.TemporaryDirectory() as folder:
        drop = ["idcardctl", "drop", folder, "--until-lifted"]
        with desk.start("command/folder.py", argv=drop) as writer, desk.start("command/folder.py", folder) as program:
            desk.rig.place("resident")
            program.wait_lines(RESIDENT)
            desk.lift()
            wait(lambda: "wz.txt" not in os.listdir(folder), "the files are away")
            desk.rig.place("foreigner")
            program.wait_lines(RESIDENT, "SAMPLE, TEST CARD XXX110000010103")
            equal(writer.child.poll(), None)


class Pages(http.server.SimpleHTTPRequestHandler):
    """The page of web/, which asks the service at the port that the rig has."""

    def __init__(self, *arguments, port, **options):
        self.port = port
        super().__init__(*arguments, directory=os.path.join(FOLDER, "web"), **options)

    def do_GET(self):
        if self.path != "/page.js":
            super().do_GET()
            return
        with open(os.path.join(FOLDER, "web/page.js"), encoding="utf-8") as file:
            script = file.read().replace("127.0.0.1:17825", f"127.0.0.1:{self.port}").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.end_headers()
        self.wfile.write(script)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


@contextlib.contextmanager
def served(port):
    """The origin of the page."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, port=port)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://desk.example:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def form(page):
    return page.eval("[document.querySelector('#name').value, document.querySelector('#number').value].join(' ')")


def test_page():
    """web/page.html: a form that each card fills in, when a person has allowed it"""
    with new_desk(web=True) as desk, served(desk.rig.port) as origin, Browser() as browser:
        page = browser.open(origin + "/page.html", language="en-US")
        page.wait_text("#state", "allow")
        desk.rig.allow(origin)
        page.wait_text("#state", "Place the card")
        desk.rig.place("resident")
        page.wait_text("#state", "Card read")
        equal(form(page), RESIDENT)
        desk.lift()
        with desk.unreadable():
            page.wait_text("#state", "flat in the middle")
            equal(form(page), " ")
        desk.lift()
        desk.rig.place("foreigner")
        page.wait(f"document.querySelector('#number').value === '{FOREIGNER.split()[1]}'")
        equal(form(page), FOREIGNER)
        desk.rig.set_origin(origin, "forgotten")
        page.wait_text("#state", "allow")
        equal(form(page), " ")


VENDOR = {"foreigner": None, "entry": False, "error": "was not read", "gone": None}
TESTS = [
    *(watches(f"socket/{name}", gone="trying again") for name in ("cards.c", "cards.py", "cards.js", "Cards.java", "cards.sh")),
    *(watches(f"library/{name}") for name in ("cards.c", "Cards.java")),
    *(reads(f"library/{name}") for name in ("read.c", "read.py")),
    *(watches(f"command/{name}") for name in ("cards.sh", "cards.js")),
    reads("command/read.sh"), test_each_card, test_folder,
    *(watches(f"web/{name}", web=True, gone=None) for name in ("cards.py", "cards.js", "Cards.java")),
    *(watches(f"web/{name}", web=True, gone=None, refused="connect") for name in ("cards.c", "cards.sh")),
    reads("web/read.sh", web=True), test_page,
    *(watches(f"vendor/{name}", **VENDOR) for name in ("cards.c", "cards.py", "Cards.java")),
]

if __name__ == "__main__":
    sys.exit(run("examples", TESTS))
