# SPDX-License-Identifier: GPL-2.0-or-later
"""Chromium without a window, driven by the DevTools protocol over a pipe.

    with Browser() as browser:
        page = browser.open("http://127.0.0.1:17825/", language="zh-CN")
        page.wait("document.querySelector('#name').textContent == '测试甲'")
        page.click("#copy")
        page.check()                    # nothing on the console

Each page has a profile of its own (cookies, storage, permissions). Names below .example lead to this
computer, so that a page can have another origin. Every wait has a deadline and waits for a condition.
What a page reports on its console as an error, an exception that nothing caught and what its content
security policy forbids are kept in page.errors.
"""
import base64
import fcntl
import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time

SECONDS = 15    # how long anything may take if the caller does not say

FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
    "--password-store=basic",
    "--host-resolver-rules=MAP *.example 127.0.0.1",
)

# What a key without a character is called: (key, virtual code, text).
KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Tab": ("Tab", 9, ""),
    "Escape": ("Escape", 27, ""),
    "Backspace": ("Backspace", 8, ""),
    "Delete": ("Delete", 46, ""),
    "ArrowLeft": ("ArrowLeft", 37, ""),
    "ArrowUp": ("ArrowUp", 38, ""),
    "ArrowRight": ("ArrowRight", 39, ""),
    "ArrowDown": ("ArrowDown", 40, ""),
    "Space": (" ", 32, " "),
}
MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}


class BrowserError(Exception):
    """The browser or a page did not do what was asked of it."""


def find_chromium():
    # Debian's start script complains about sizes; the program itself stands beside it.
    for name in ("/usr/lib/chromium/chromium", "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    raise BrowserError("chromium is missing; install it with: apt-get install chromium")


class Browser:
    def __init__(self, flags=()):
        self._buffer = b""
        self._next = 0
        self._replies = {}
        self._pages = {}
        self._home = tempfile.mkdtemp(prefix="idcard-browser-")
        try:
            self._start(flags)
        except BaseException:
            shutil.rmtree(self._home, ignore_errors=True)
            raise

    def _start(self, flags):
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        # High numbers, so that neither is one of the two that it will be.
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (theirs_in, theirs_out)]
        for fd in (theirs_in, theirs_out):
            os.close(fd)
        command = [find_chromium(), *FLAGS, *flags, "--user-data-dir=" + self._home + "/profile"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        environment = dict(os.environ, HOME=self._home, XDG_CONFIG_HOME=self._home,
                           XDG_CACHE_HOME=self._home, XDG_RUNTIME_DIR=self._home)
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            environment.pop(name, None)
        with open(self._home + "/log", "wb") as log:
            self._process = subprocess.Popen(
                ["/bin/bash", "-c", f'exec "$@" 3<&{high[0]} 4>&{high[1]} {high[0]}<&- {high[1]}>&-',
                 "chromium", *command],
                pass_fds=high, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                start_new_session=True)
        for fd in high:
            os.close(fd)
        self._in, self._out = ours_in, ours_out
        os.set_blocking(self._in, False)
        try:
            self.version = self.call("Browser.getVersion", seconds=60)["product"]
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._process is None:
            return
        try:
            self.call("Browser.close", seconds=5)
            self._process.wait(5)
        except (BrowserError, OSError, subprocess.TimeoutExpired):
            pass
        # Its helpers share its session; none may outlive the test.
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        self._process = None
        os.close(self._in)
        os.close(self._out)
        shutil.rmtree(self._home, ignore_errors=True)

    # ---- The protocol: JSON objects, each ended by a zero byte ----

    def call(self, method, params=None, session=None, seconds=SECONDS):
        """Sends a command and returns its result."""
        self._next += 1
        number = self._next
        message = {"id": number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data):]
        if not self.pump(lambda: number in self._replies, seconds):
            raise BrowserError(f"{method}: no reply in {seconds} s")
        reply = self._replies.pop(number)
        if "error" in reply:
            raise BrowserError(f"{method}: {reply['error'].get('message')}")
        return reply["result"]

    def pump(self, done, seconds=SECONDS):
        """Takes what the browser sends until done() is true; false when the time is over."""
        deadline = time.monotonic() + seconds
        while not done():
            rest = deadline - time.monotonic()
            if rest <= 0:
                return False
            if select.select([self._in], [], [], rest)[0]:
                self._receive()
        return True

    def _receive(self):
        data = os.read(self._in, 1 << 20)
        if not data:
            raise BrowserError("chromium ended: " + self._last_words())
        self._buffer += data
        *messages, self._buffer = self._buffer.split(b"\0")
        for text in messages:
            self._dispatch(json.loads(text))

    def _dispatch(self, message):
        if "id" in message:
            self._replies[message["id"]] = message
            return
        page = self._pages.get(message.get("sessionId"))
        if page:
            page.event(message["method"], message["params"])

    def _last_words(self):
        with open(self._home + "/log", encoding="utf-8", errors="replace") as log:
            return log.read()[-2000:]

    # ---- Pages ----

    def open(self, url="about:blank", **options):
        """A new page with a profile of its own; see Page."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        return self.open_in(context, url, **options)

    def open_in(self, context, url="about:blank", **options):
        """A new page in the profile of another: page.context."""
        target = self.call("Target.createTarget", {"url": "about:blank", "browserContextId": context})
        session = self.call("Target.attachToTarget",
                            {"targetId": target["targetId"], "flatten": True})["sessionId"]
        page = Page(self, session, target["targetId"], context, **options)
        self._pages[session] = page
        page.prepare()
        if url != "about:blank":
            page.go(url)
        return page

    def close_pages(self):
        for page in list(self._pages.values()):
            page.close()

    def forget(self, page):
        self._pages.pop(page.session, None)


class Page:
    """allow: regular expressions of console errors that are expected."""

    def __init__(self, browser, session, target, context, language="en-US", width=1280, height=800,
                 allow=()):
        self.browser = browser
        self.session = session
        self.target = target
        self.context = context
        self.errors = []        # not expected
        self.console = []       # all that was written to it
        self.expected = []      # those that allow names
        self.requests = []      # addresses that the page asked for
        self.allow = list(allow)
        self._language = language
        self._size = (width, height)
        self._loaded = 0
        self._dialog = None

    def call(self, method, params=None, seconds=SECONDS):
        return self.browser.call(method, params, self.session, seconds)

    def prepare(self):
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")
        agent = self.eval("navigator.userAgent").replace("Headless", "")
        self.call("Network.setUserAgentOverride",
                  {"userAgent": agent, "acceptLanguage": self._language})
        self.call("Emulation.setFocusEmulationEnabled", {"enabled": True})
        self.resize(*self._size)
        self.browser.call("Browser.grantPermissions", {
            "browserContextId": self.context,
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})

    def resize(self, width, height, zoom=1):
        self.call("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": zoom, "mobile": False})

    def event(self, method, params):
        if method == "Runtime.consoleAPICalled":
            text = " ".join(str(a.get("value", a.get("description", ""))) for a in params["args"])
            self.console.append(text)
            if params["type"] in ("error", "assert"):
                self._complain("console: " + text)
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details["text"]
            self._complain("exception: " + text)
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            entry = params["entry"]
            self._complain(f"{entry['source']}: {entry['text']} {entry.get('url', '')}")
        elif method == "Page.loadEventFired":
            self._loaded += 1
        elif method == "Page.javascriptDialogOpening":
            self._complain("dialog: " + params["message"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def _complain(self, text):
        known = any(re.search(pattern, text) for pattern in self.allow)
        (self.expected if known else self.errors).append(text)

    def check(self):
        """Fails if the console shows an error that was not expected."""
        # What was reported until now has arrived when this has.
        self.eval("0")
        if self.errors:
            raise AssertionError("on the console:\n" + "\n".join(self.errors))

    def before(self, script):
        """Runs a script in each document that is loaded from now on, before those of the page."""
        self.call("Page.addScriptToEvaluateOnNewDocument", {"source": script})

    def go(self, url, seconds=SECONDS):
        """Loads a page and waits until it is there."""
        before = self._loaded
        result = self.call("Page.navigate", {"url": url}, seconds)
        if result.get("errorText"):
            raise BrowserError(f"{url}: {result['errorText']}")
        if not self.browser.pump(lambda: self._loaded > before, seconds):
            raise BrowserError(f"{url} did not load in {seconds} s")

    def reload(self, seconds=SECONDS):
        before = self._loaded
        self.call("Page.reload")
        if not self.browser.pump(lambda: self._loaded > before, seconds):
            raise BrowserError(f"the page did not load again in {seconds} s")

    def eval(self, script, seconds=SECONDS):
        """The value of an expression; a promise is waited for."""
        result = self.call("Runtime.evaluate", {
            "expression": script, "awaitPromise": True, "returnByValue": True, "userGesture": True},
            seconds)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return result["result"].get("value")

    def wait(self, script, seconds=SECONDS):
        """Waits in the page, at each of its frames, until the expression is true; returns its value."""
        wait = """(() => new Promise((done, fail) => {
            const deadline = performance.now() + %d;
            const look = () => {
                let value;
                try { value = (%s); } catch (error) { value = false; }
                if (value) { done(value); }
                else if (performance.now() > deadline) { fail(new Error('not true in time')); }
                else { setTimeout(look, 20); }
            };
            look();
        }))()""" % (seconds * 1000, script)
        try:
            return self.eval(wait, seconds + 5)
        except BrowserError as error:
            raise AssertionError(
                f"waited for: {script}\n{error}\n" + "\n".join(self.errors)) from None

    # ---- What a person does ----

    def text(self, selector):
        """What is to be seen of an element; None if there is no such element."""
        return self.eval(f"document.querySelector({json.dumps(selector)})?.innerText")

    def wait_text(self, selector, text, seconds=SECONDS):
        """Waits until an element that is to be seen holds the text."""
        name = json.dumps(selector)
        try:
            self.wait(f"document.querySelector({name})?.checkVisibility() && "
                      f"document.querySelector({name}).innerText.includes({json.dumps(text)})", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{selector} is: {self.text(selector)!r}") from None

    def click(self, selector):
        """Clicks at the middle of an element; waits until nothing covers it."""
        name = json.dumps(selector)
        point = self.wait(f"""(() => {{
            const e = document.querySelector({name});
            e.scrollIntoView({{ block: 'center', behavior: 'instant' }});
            const r = e.getBoundingClientRect();
            const p = {{ x: r.x + r.width / 2, y: r.y + r.height / 2 }};
            const hit = document.elementFromPoint(p.x, p.y);
            return !e.disabled && r.width && hit && (hit === e || e.contains(hit) || hit.contains(e)) && p;
        }})()""")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", {
                "type": kind, "x": point["x"], "y": point["y"],
                "button": "none" if kind == "mouseMoved" else "left",
                "clickCount": 0 if kind == "mouseMoved" else 1})

    def type(self, text):
        """Types characters into what has the focus, one key after the other, like a scanner."""
        for char in text:
            if char in "\r\n":
                self.key("Enter")
            elif char == "\t":
                self.key("Tab")
            else:
                self._key({"key": char, "text": char, "unmodifiedText": char})

    def key(self, name):
        """One key: "Enter", "Tab", "Shift+Tab", "Control+a"."""
        *modifiers, last = name.split("+")
        key, code, text = KEYS.get(last, (last, ord(last[0].upper()), last))
        event = {"key": key, "code": last if last in KEYS else "Key" + last.upper(),
                 "windowsVirtualKeyCode": code, "modifiers": sum(MODIFIERS[m] for m in modifiers)}
        if text and not set(modifiers) - {"Shift"}:
            event.update(text=text, unmodifiedText=text)
        if "Control" in modifiers and last.lower() == "a":
            event["commands"] = ["selectAll"]
        self._key(event)

    def _key(self, event):
        self.call("Input.dispatchKeyEvent", {"type": "keyDown" if "text" in event else "rawKeyDown", **event})
        event = {k: v for k, v in event.items() if k not in ("text", "unmodifiedText", "commands")}
        self.call("Input.dispatchKeyEvent", {"type": "keyUp", **event})

    def clipboard(self):
        return self.eval("navigator.clipboard.readText()")

    def shot(self, path, full=True):
        """Writes a picture of the page, as PNG."""
        with open(path, "wb") as file:
            file.write(self.picture(self._whole() if full else None))

    def picture(self, clip=None):
        """The PNG of what the window shows; of a part of the page: {x, y, width, height, scale}."""
        self.call("Emulation.setScrollbarsHidden", {"hidden": True})
        return base64.b64decode(self.call("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": bool(clip),
            **({"clip": clip} if clip else {})}, 60)["data"])

    def _whole(self):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        return {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}

    def close(self):
        self.browser.call("Target.closeTarget", {"targetId": self.target})
        self.browser.forget(self)
