#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Asking Jupyter servers for their sessions, against servers that behave well, badly or not at all.

Each server is a process of its own, which writes the file that Jupyter would. session_probe (a
program of these tests) asks them as gander does, and prints what came of it.

    jupyter_e2e.py                            the tests; GANDER_SESSION_PROBE names the program
    jupyter_e2e.py serve KIND FOLDER          one server (internal)
"""

import contextlib
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROBE = os.environ.get("GANDER_SESSION_PROBE", "session_probe")
CERTIFICATE = Path(__file__).with_name("self_signed.pem")
TOKEN = "t0ken-of-the-server"
KEY = "k3y-of-the-kernel"
TIMEOUT = 60
NOWHERE = "http://192.0.2.1:8888/"


def session_list(last_activity, type_="notebook"):
    pid = os.getpid()
    kernel = {"id": f"kernel-of-{pid}", "name": "python3", "last_activity": last_activity,
              "execution_state": "busy", "connections": 2}
    session = {"id": "s", "path": f"work/{pid}.ipynb", "name": "n", "type": type_, "kernel": kernel}
    return json.dumps([session]).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as Jupyter does, or as KIND says, and writes down what was asked."""

    kind = "plain"
    folder = Path()
    last_activity = "2025-03-14T09:26:53.000000Z"

    def write_down(self):
        with (self.folder / f"asked-{os.getpid()}").open("a") as log:
            words = {"line": self.requestline, "headers": list(self.headers.items())}
            log.write(json.dumps(words) + "\n")

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # the name is http.server's
        self.write_down()
        if "no_track_activity=1" not in self.path:
            Handler.last_activity = "2030-01-01T00:00:00.000000Z"
        local = self.headers["Host"].split(":")[0] in ("localhost", "127.0.0.1")
        if self.kind == "refusing" or not local:
            self.reply(403, b'{"message": "Forbidden", "reason": null}')
        elif self.kind == "redirecting":
            self.reply(302, Location=NOWHERE + "login")
        elif self.kind == "html":
            self.reply(200, b"<!DOCTYPE html><html></html>", Content_Type="text/html")
        elif self.kind == "huge":
            self.reply(200, b"[" * 4096, Content_Length=str(1 << 30))
        elif self.kind == "dripping":
            self.reply(200, Content_Length="4096")
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(b" ")
                    time.sleep(0.02)
        elif self.headers["Authorization"] != f"token {TOKEN}":
            self.reply(403, b'{"message": "Forbidden"}')
        else:
            kind = "console" if self.kind == "console" else "notebook"
            self.reply(200, session_list(Handler.last_activity, kind))

    def log_message(self, *_):
        pass


class UnixServer(http.server.HTTPServer):
    address_family = socket.AF_UNIX

    def server_bind(self):
        self.socket.bind(self.server_address)

    def get_request(self):
        connection, _ = self.socket.accept()
        return connection, ("localhost", 0)


def write_server_file(folder, pid, **fields):
    described = {"pid": pid, "port": 0, "sock": "", "base_url": "/user/a/", "token": TOKEN,
                 "secure": False, "root_dir": "/work", "hostname": "localhost",
                 "password": False, "url": "http://localhost/", "version": "2.14.0"}
    described.update(fields)
    path = folder / f"jpserver-{pid}.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(described))
    return path


def serve(kind, folder):
    """The life of one server: listens, writes its file, says so, answers until it is ended."""
    Handler.kind, Handler.folder = kind, folder
    pid = os.getpid()
    if kind == "unix":
        path = str(folder / f"s{pid}")
        server = UnixServer(path, Handler)
        write_server_file(folder, pid, sock=path)
    else:
        address = "::1" if kind == "six" else "127.0.0.1"
        http.server.HTTPServer.address_family = (
            socket.AF_INET6 if kind == "six" else socket.AF_INET)
        server = http.server.HTTPServer((address, 0), Handler)
        fields = {"port": server.server_address[1], "secure": kind == "tls"}
        if kind == "remote":
            fields.update(url=NOWHERE, hostname="192.0.2.1")
        write_server_file(folder, pid, **fields)
    if kind == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print("ready", flush=True)
    if kind == "hung":
        sys.stdin.read()  # until the test ends; the kernel goes on to take connections
    server.serve_forever()


def has_six():
    """Whether this machine has the loopback address of IPv6; a container may not."""
    try:
        with socket.socket(socket.AF_INET6) as six:
            six.bind(("::1", 0))
    except OSError:
        return False
    return True


class JupyterServers(unittest.TestCase):
    def setUp(self):
        self.scope = contextlib.ExitStack()
        self.folder = Path(self.scope.enter_context(tempfile.TemporaryDirectory()))
        self.addCleanup(self.scope.close)

    def start(self, kind):
        process = subprocess.Popen(
            [sys.executable, "-B", __file__, "serve", kind, str(self.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.scope.callback(process.wait)
        self.scope.callback(process.stdout.close)
        self.scope.callback(process.stdin.close)
        self.scope.callback(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")
        return process.pid

    def probe(self, rounds=1):
        """What the probe printed: first words, pid (or name) -> the rest; and all of it."""
        files = self.runtime_files()
        result = subprocess.run([PROBE, str(self.folder), str(rounds)], capture_output=True,
                                text=True, timeout=TIMEOUT, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        for secret in (TOKEN, KEY):
            self.assertNotIn(secret, result.stdout + result.stderr)
        self.assertEqual(self.runtime_files(), files, "a file was removed or changed")
        found = {"file": {}, "server": {}, "session": {}, "kernel": {}, "time": {}}
        for line in result.stdout.splitlines():
            what, name, rest = line.split(" ", 2)
            found[what][int(name) if name.isdigit() else name] = rest
        print("first round:", found["time"]["of_first_round"], file=sys.stderr)
        return found

    def runtime_files(self):
        return {path.name: path.read_bytes() for path in self.folder.glob("*.json")}

    def asked(self, pid):
        log = self.folder / f"asked-{pid}"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def assert_answered(self, found, pid, kind="notebook"):
        self.assertEqual(found["server"][pid].strip(), "answered")
        self.assertEqual(found["session"][pid], f"work/{pid}.ipynb {kind} busy 2 1741944413")

    def assert_silent(self, found, pid, why):
        self.assertEqual(found["server"][pid].split()[0], why, found["server"][pid])
        self.assertNotIn(pid, found["session"])

    def test_one_that_hangs_does_not_hide_the_others(self):
        hung, refusing = self.start("hung"), self.start("refusing")
        kinds = ("plain", "tls", "unix", *(("six",) if has_six() else ()))
        others = [self.start(kind) for kind in kinds]
        console = self.start("console")
        stale = write_server_file(self.folder, 1 << 30, port=1)
        found = self.probe()
        self.assert_silent(found, hung, "timed_out")
        self.assert_silent(found, refusing, "refused")
        for pid in others:
            self.assert_answered(found, pid)
        self.assert_answered(found, console, "console")
        self.assertTrue(stale.exists())

    def test_what_is_no_list_of_sessions_is_said_to_be_so(self):
        wanted = {"redirecting": "refused", "html": "unusable", "huge": "unusable",
                  "dripping": "timed_out"}
        pids = {self.start(kind): why for kind, why in wanted.items()}
        good = self.start("plain")
        found = self.probe()
        for pid, why in pids.items():
            self.assert_silent(found, pid, why)
        self.assert_answered(found, good)

    def test_asking_is_no_activity(self):
        pid = self.start("plain")
        found = self.probe(rounds=7)
        self.assertEqual(len(self.asked(pid)), 7)
        for request in self.asked(pid):
            self.assertEqual(request["line"],
                             "GET /user/a/api/sessions?no_track_activity=1 HTTP/1.1")
            self.assertNotIn(TOKEN, request["line"])
        self.assert_answered(found, pid)

    def test_one_that_refuses_is_asked_once_a_minute(self):
        pid = self.start("refusing")
        self.probe(rounds=3)
        self.assertEqual(len(self.asked(pid)), 3)

    def test_no_address_in_a_file_is_followed(self):
        # Connecting to that address would not end in time: it answers nobody.
        pid = self.start("remote")
        self.assert_answered(self.probe(), pid)

    def test_nothing_is_sent_where_another_process_listens(self):
        pid = self.start("plain")
        with socket.create_server(("127.0.0.1", 0)) as trap:
            port = trap.getsockname()[1]
            write_server_file(self.folder, pid, port=port, url=f"http://127.0.0.1:{port}/")
            self.assert_silent(self.probe(), pid, "not_proven")
            trap.setblocking(False)
            with self.assertRaises(BlockingIOError):
                trap.accept()

    def test_nothing_is_sent_through_another_process_socket(self):
        pid = self.start("plain")
        with socket.socket(socket.AF_UNIX) as trap:
            path = str(self.folder / "trap")
            trap.bind(path)
            trap.listen()
            write_server_file(self.folder, pid, sock=path)
            self.assert_silent(self.probe(), pid, "not_proven")
            connection, _ = trap.accept()
            with connection:
                self.assertEqual(connection.recv(100), b"")

    def test_files_of_other_processes_are_left_alone(self):
        recycled = self.start("plain")
        os.utime(self.folder / f"jpserver-{recycled}.json", (1000, 1000))
        linked = self.start("plain")
        link = self.folder / f"jpserver-{linked}.json"
        link.rename(self.folder / "elsewhere")
        link.symlink_to("elsewhere")
        pids = [recycled, linked]
        if os.geteuid() == 0:
            planted = self.start("plain")
            os.chown(self.folder / f"jpserver-{planted}.json", 12345, 12345)
            pids.append(planted)
        found = self.probe()
        for pid in pids:
            self.assertNotEqual(found["file"][f"jpserver-{pid}.json"], "verified")
            self.assertNotIn(pid, found["server"])
            self.assertEqual(self.asked(pid), [])

    def test_no_key_of_a_kernel_comes_out(self):
        (self.folder / "kernel-1.json").write_text(
            json.dumps({"key": KEY, "jupyter_session": "/work/train.ipynb"}))
        (self.folder / "kernel-2.json").write_text('{"key": "' + KEY)
        found = self.probe()
        self.assertEqual(found["kernel"]["kernel-1.json"], "/work/train.ipynb")
        self.assertIn("cannot use", found["kernel"]["kernel-2.json"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], Path(sys.argv[3]))
    else:
        unittest.main(argv=[sys.argv[0], "-v"])
