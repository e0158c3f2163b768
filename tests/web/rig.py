# SPDX-License-Identifier: GPL-2.0-or-later
"""idcard-web with all it needs, for tests: a reader, idcardd, a configuration, ports that are free.

    with Rig(profiles={"huashi": {}}) as rig:
        rig.place("resident")
        reply = rig.request("POST", "/v1/read", {"timeout": 10})
        assert reply.status == 200 and reply.json()["name"] == "测试甲"
        rig.lift()

Behind it is the simulated reader on a pseudo-terminal and the real idcardd; with hub="fake" the
stand-in tests/fake-hub, which says what it is told. Every program is a child that ends with the rig,
and close() complains when one of them ended badly: the sanitizers report by the exit status.
IDCARD_BUILD names the build directory, IDCARD_WEB the program.
"""
import contextlib
import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SECONDS = 20    # how long anything may take

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def build(name):
    return os.path.join(ROOT, os.environ.get("IDCARD_BUILD", "build"), name)


def wait(condition, what, seconds=SECONDS):
    """Waits until condition() is true, and returns what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        select.select([], [], [], 0.005)


def free_port():
    with contextlib.closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def sim(path, command, seconds=SECONDS):
    """One command of tests/sim, "place resident" for example, at its socket; its answer."""
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as s:
        s.settimeout(seconds)
        s.connect(path)
        s.sendall(command.encode() + b"\n")
        answer = s.makefile().readline().strip()
    if not answer.startswith("ok"):
        raise AssertionError(f"sim {command}: {answer}")
    return answer[2:].strip()


class Reply:
    """Of one HTTP request. Headers in lower case."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json().get("code")


class Rig:
    def __init__(self, profiles=None, config="", hub="daemon", origins=(), portrait=True,
                 real_ports=False, web=None, fake=(), start=True, reader="reader"):
        """profiles: {NAME: {KEY: VALUE}} to enable; config: more lines of web.conf; origins: allowed
        by the administrator; real_ports: those of the vendors, and 17825; fake: options of fake-hub;
        start: idcard-web, too; reader: its name."""
        self.profiles = profiles or {}
        self.real_ports = real_ports
        self.ports = {}
        self.children = {}
        self.notify = None
        self.program = web or os.environ.get("IDCARD_WEB", build("tests/idcard-web"))
        self.dir = tempfile.mkdtemp(prefix="idcard-web-")
        self.log_path = self.path("web.log")
        self.hub = hub
        self.reader = self.path(reader)
        self.fake_options = list(fake)
        self.port = 17825 if real_ports else free_port()
        os.mkdir(self.path("origins.d"), 0o755)
        os.mkdir(self.path("state"), 0o700)
        self._configure(config, origins, portrait)
        try:
            self._start_hub()
            if start:
                self.start_web()
        except BaseException:
            self.close(check=False)
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.close(check=kind is None)

    def path(self, name):
        return os.path.join(self.dir, name)

    # ---- Setting up ------------------------------------------------------------------------

    def _configure(self, config, origins, portrait):
        lines = [config]
        for name, settings in self.profiles.items():
            lines.append(f"[profile {name}]\nenabled = yes")
            lines += [f"{key} = {value}" for key, value in settings.items()]
            if not self.real_ports:
                self.ports[name] = free_port()
        self.write("web.conf", "\n".join(lines) + "\n")
        if origins:
            self.write("origins.d/test.conf", "[origins]\n" + "".join(f"allow = {o}\n" for o in origins))
        if portrait:
            # The administrator has configured a decoder.
            os.symlink(build("tests/fake-portrait"), self.path("whole"))
            self.write("portrait.conf", "")

    def write(self, name, text):
        fd = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(text)

    def _start(self, name, argv, **options):
        self.children[name] = subprocess.Popen(argv, cwd=ROOT, **options)
        return self.children[name]

    def _end(self, name, sig=signal.SIGTERM, check=True):
        child = self.children.pop(name, None)
        if not child:
            return
        child.send_signal(sig)
        try:
            status = child.wait(SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            status = "none: it had to be killed"
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        # The simulated reader and the stand-in are no part of what is tested.
        if check and name in ("web", "daemon") and status != 0:
            raise AssertionError(f"{name} ended with status {status}:\n{self.log()}")

    def _start_hub(self):
        if self.hub == "fake":
            self._start("fake", [build("tests/fake-hub"), self.path("hub"), *self.fake_options],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert self._answer() == "listening"
            return
        self._start("sim", [build("tests/idcard-sim"), "--front", "pty", "--pty-link", self.reader,
                            "--socket", self.path("control"), "--scale", "0.02", "--plug"])
        wait(lambda: os.path.exists(self.reader) and os.path.exists(self.path("control")),
             "the simulated reader")
        self.start_daemon()

    def start_daemon(self):
        environment = dict(os.environ, IDCARD_PORTRAIT=self.path("whole"),
                           IDCARD_PORTRAIT_CONFIG=self.path("portrait.conf"))
        self._start("daemon", [build("tests/idcardd"), "--socket", self.path("hub"), "--device",
                               "usb:" + self.reader, "--log-level", "error"], env=environment)
        wait(self._daemon_listens, "idcardd")

    def _daemon_listens(self):
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as s:
            return s.connect_ex(self.path("hub")) == 0

    def stop_daemon(self):
        self._end("daemon")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path("hub"))

    def start_web(self, options=(), prefix=(), environment=None):
        """prefix: a command in front, for example one that changes the user."""
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.settimeout(SECONDS)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path("notify"))
        self.notify.bind(self.path("notify"))
        argv = [*prefix, self.program, "--config", self.path("web.conf"), "--origins", self.path("origins.d"),
                "--state", self.path("state"), "--socket", self.path("hub"), "--port", str(self.port)]
        for name, port in self.ports.items():
            argv += ["--profile-port", f"{name}={port}"]
        with open(self.log_path, "ab") as log:
            child = self._start("web", argv + list(options), stderr=log,
                                env=dict(os.environ, NOTIFY_SOCKET=self.path("notify"), **(environment or {})))
        self._wait_ready(child)

    def _wait_ready(self, child):
        deadline = time.monotonic() + SECONDS
        self.notify.settimeout(0.2)
        while True:
            try:
                if b"READY=1" in self.notify.recv(4096):
                    return
            except TimeoutError:
                pass
            if child.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"idcard-web is not ready, status {child.poll()}:\n{self.log()}")

    def stop_web(self):
        self._end("web")
        if self.notify:
            self.notify.close()
            self.notify = None

    def close(self, check=True):
        try:
            for name in ("web", "daemon", "fake", "sim"):
                self._end(name, check=check)
        finally:
            for child in self.children.values():
                child.kill()
                child.wait()
            if self.notify:
                self.notify.close()
            shutil.rmtree(self.dir, ignore_errors=True)

    # ---- The reader, the daemon ------------------------------------------------------------

    def sim(self, command):
        """sim() of this reader."""
        return sim(self.path("control"), command)

    def place(self, persona="resident", **fields):
        self.sim(" ".join(["place", persona, *(f"{k}={v}" for k, v in fields.items())]))

    def lift(self):
        self.sim("lift")

    def _answer(self):
        pipe = self.children["fake"].stdout
        if not select.select([pipe], [], [], SECONDS)[0]:
            raise TimeoutError("fake-hub")
        return pipe.readline().decode().strip()

    def tell(self, command):
        """One command of fake-hub, "publish {…}" for example; its answer."""
        pipe = self.children["fake"].stdin
        pipe.write(command.encode() + b"\n")
        pipe.flush()
        return self._answer()

    def ask(self, request):
        """What idcardd replies to one request."""
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as s:
            s.settimeout(SECONDS)
            s.connect(self.path("hub"))
            s.sendall(json.dumps(dict(request, id=1)).encode() + b"\n")
            for line in s.makefile():
                reply = json.loads(line)
                if reply.get("id") == 1:
                    return reply
        raise AssertionError(f"no reply of idcardd to {request}")

    def watchers(self):
        """How many watch at the hub now."""
        if self.hub == "fake":
            return int(self.tell("watchers").split()[1])
        return self.ask({"class": "STATUS"})["watchers"]

    def wait_watchers(self, n, seconds=SECONDS):
        wait(lambda: self.watchers() == n, f"{n} watchers", seconds)

    # ---- idcard-web ------------------------------------------------------------------------

    def pid(self):
        return self.children["web"].pid

    def port_of(self, name=None):
        """Of a profile; of idcard-web itself."""
        if name is None:
            return self.port
        if name in self.ports:
            return self.ports[name]
        with contextlib.closing(self.connection()) as c:
            c.request("GET", "/v1/status")
            profiles = json.loads(c.getresponse().read())["profiles"]
        return next(p["port"] for p in profiles if p["name"] == name)

    def url(self, path="/", profile=None, host="127.0.0.1"):
        return f"http://{host}:{self.port_of(profile)}{path}"

    def connection(self, profile=None):
        port = self.port if profile is None else self.port_of(profile)
        return http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)

    def request(self, method, path, body=None, headers=None, profile=None, origin=None):
        """body: bytes, or an object that is sent as JSON; origin: as a page of it would ask. Without one it is
        a program that has patience when it asks too often."""
        reply = self.request_once(method, path, body, headers, profile, origin)
        while reply.status == 429 and not origin:
            select.select([], [], [], 0.1)
            reply = self.request_once(method, path, body, headers, profile)
        return reply

    def request_once(self, method, path, body=None, headers=None, profile=None, origin=None):
        headers = dict(headers or {})
        if origin:
            headers["Origin"] = origin
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        with contextlib.closing(self.connection(profile)) as c:
            # The path as it is: http.client would refuse what some pages send.
            c._validate_path = lambda _: None
            c.request(method, path, body, headers)
            r = c.getresponse()
            return Reply(r.status, r.getheaders(), r.read())

    def raw(self, data, profile=None, seconds=SECONDS):
        """Sends bytes, and returns all that comes until the server closes; with the same patience."""
        answer = self._raw_once(data, profile, seconds)
        while answer.startswith(b"HTTP/1.1 429"):
            select.select([], [], [], 0.1)
            answer = self._raw_once(data, profile, seconds)
        return answer

    def _raw_once(self, data, profile, seconds):
        with contextlib.closing(socket.create_connection(("127.0.0.1", self.port_of(profile)), seconds)) as s:
            s.sendall(data)
            answer = b""
            while True:
                try:
                    piece = s.recv(65536)
                except ConnectionResetError:
                    return answer
                if not piece:
                    return answer
                answer += piece

    def set_origin(self, origin, state):
        """On the operator page: "allowed", "denied" or "forgotten"."""
        reply = self.request("POST", "/v1/origins", {"origin": origin, "state": state})
        assert reply.status == 200, reply.text
        return reply.json()["origins"]

    def allow(self, origin):
        return self.set_origin(origin, "allowed")

    def log(self):
        """What idcard-web said."""
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def wait_log(self, pattern, seconds=SECONDS):
        return wait(lambda: re.search(pattern, self.log()), f"{pattern!r} in the log:\n{self.log()}", seconds)
