# SPDX-License-Identifier: Apache-2.0
"""Real Jupyter servers and kernels for the end-to-end tests.

What uses it runs itself again inside a simulated machine; it needs jupyter_server and ipykernel in
its Python, and is skipped (77) without them.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import unittest
from pathlib import Path

GANDER = os.environ.get("GANDER_BINARY", "gander")
TOKEN = "t0ken-that-nobody-may-see"
PASSWORD = "passw0rd-that-nobody-may-see"
CERTIFICATE = Path(__file__).with_name("self_signed.pem")
PATIENCE = 60
EMPTY = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def wait_for(what, find):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = find()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(what)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class Server:
    """A Jupyter server of the interpreter that runs this test, with a home of its own.

    `kind` is how it is reached or guarded: plain, tls, unix, password.
    """

    def __init__(self, folder, kind="plain"):
        self.folder, self.kind = folder, kind
        self.port, self.socket = free_port(), str(folder / f"{kind}.sock")
        self.cookies = {}
        environment = {**os.environ, "HOME": str(folder), "LD_LIBRARY_PATH": "",
                       "JUPYTER_RUNTIME_DIR": str(folder / "run")}
        options = [f"--port={self.port}"]
        if kind == "password":
            from jupyter_server.auth import passwd

            options += [f"--PasswordIdentityProvider.hashed_password={passwd(PASSWORD)}"]
        else:
            environment["JUPYTER_TOKEN"] = TOKEN
        if kind == "tls":
            options += [f"--certfile={CERTIFICATE}"]
        if kind == "unix":
            options = [f"--sock={self.socket}"]
        with open(folder / f"{kind}.log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
                 f"--ServerApp.root_dir={folder}", *options],
                stdout=log, stderr=log, env=environment, cwd=folder)
        wait_for("the server", self.answers)
        if kind == "password":
            self.log_in()

    def answers(self):
        try:
            if self.kind == "password":
                return self.exchange("GET", "login")
            return self.call("api/status")
        except (OSError, http.client.HTTPException):
            return None

    def connect(self):
        if self.kind == "unix":
            return UnixConnection(self.socket)
        if self.kind == "tls":
            context = ssl._create_unverified_context()
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE,
                                               context=context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def exchange(self, method, path, body=None, **headers):
        """One request; what the server said, or OSError where that was no success."""
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers["X-XSRFToken"] = self.cookies.get("_xsrf", "")
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, "/" + path, body, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
            text = answer.read()
            if answer.status >= 400:
                raise OSError(f"{method} {path}: {answer.status} {text[:200]}")
            return text or b"null"

    def log_in(self):
        self.exchange("GET", "login")
        self.exchange("POST", "login", f"password={PASSWORD}&_xsrf={self.cookies['_xsrf']}",
                      **{"Content-Type": "application/x-www-form-urlencoded"})

    def call(self, path, data=None, method=None):
        """An answer, without counting as activity."""
        headers = {} if self.kind == "password" else {"Authorization": f"token {TOKEN}"}
        return json.loads(self.exchange(
            method or ("POST" if data else "GET"), path + "?no_track_activity=1",
            json.dumps(data) if data else None, **headers, **{"Content-Type": "application/json"}))

    def open_notebook(self, path):
        """Starts a kernel for a notebook below the server's folder; its session."""
        session = self.call("api/sessions", {"path": path, "name": Path(path).name,
                                             "type": "notebook", "kernel": {"name": "python3"}})
        file = self.connection_file(session)
        wait_for("the connection file", file.exists)
        return session

    def connection_file(self, session):
        return self.folder / "run" / f"kernel-{session['kernel']['id']}.json"

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)


def find_kernel(kernel_id):
    """The process of a kernel."""
    def find():
        for name in os.listdir("/proc"):
            try:
                command = Path("/proc", name, "cmdline").read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            if name.isdigit() and f"kernel-{kernel_id}.json" in command:
                return int(name)
        return None

    return wait_for("the kernel", find)


def hold_gpu(gpu, pid):
    subprocess.run([GANDER, "sim", "hold", "--gpu", str(gpu), "--memory", "1GiB", "--pid", str(pid)],
                   check=True)


def main(test):
    """Runs the tests of the file `test` inside a simulated machine; its exit code."""
    try:
        import ipykernel  # noqa: F401
        import jupyter_server  # noqa: F401
    except ImportError as error:
        print(f"skipped: {error}; tools/setup test installs it")
        return 77
    if os.environ.get("GANDER_SIM"):
        unittest.main(argv=[test, "-v"])
    return subprocess.run([GANDER, "sim", "h100x8", "--", sys.executable, "-B", test],
                          check=False).returncode
