"""A rush through HTTP: gunicorn as `lingju serve` starts it, 64 connections, one press each after another.

The clients are one process of one thread over bare sockets, their words spelt out beforehand: they share the
machine's cores with the server they measure. They fetch the form's cookie and token first, then all press
with keys of their own. What the server itself took of the processors is read from /proc.
"""

import argparse
import http.client
import json
import os
import re
import secrets
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.needs import ROOT, Place
from lingju.site.commands import serve

HOUSE, SMALLEST = "lingju.site.wsgi:application", "bench.rush_app:application"
THREADS = 8
KEY = "0123456789abcdef"
LENGTH = re.compile(rb"\r\nContent-Length: ([0-9]+)", re.IGNORECASE)
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Answers:
    """What the clients saw: seconds of each request, how often each status, and all of it together."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    whole: float = 0.0
    clients_cpu: float = 0.0


@contextmanager
def serving(place: Place, application: str, workers: int) -> Iterator[tuple[int, int]]:
    """Serve an application over the place's database; yield the port and the server's process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    asked = argparse.Namespace(host="127.0.0.1", port=port, threads=THREADS)
    words = [application if word == HOUSE else word for word in serve.gunicorn(asked, workers)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINGJU_")}
    told = {"LINGJU_VAR": str(place.folder), "LINGJU_MODE": "demo", "DATABASE_URL": place.address}
    told["DJANGO_SETTINGS_MODULE"] = "lingju.site.settings"
    with subprocess.Popen(words, cwd=ROOT, env={**kept, **told}) as server:
        try:
            _wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()


def rushed(port: int, address: str, form: Mapping[str, str], contenders: int, connections: int) -> Answers:
    """Let a process of clients press that often; return what they saw."""
    asked = json.dumps([port, address, dict(form), contenders, connections])
    words = [sys.executable, "-m", "bench.rush_http", asked]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    return Answers(
        told["seconds"], Counter({int(k): v for k, v in told["statuses"].items()}), told["whole"], told["cpu"]
    )


def cpu_of(pid: int) -> float:
    """Return the processor seconds that a server and its workers have taken so far."""
    found = 0
    for one in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended while we looked
            said = one.read_text().rpartition(")")[2].split()
            if pid in (int(one.parent.name), int(said[1])):
                found += int(said[11]) + int(said[12])
    return found / TICKS


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            line.request("GET", "/")
            line.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


class Client:
    """One connection with its cookies; `send` presses once, `hear` reads what came of it."""

    def __init__(self, port: int, address: str, form: Mapping[str, str]) -> None:
        self.port, self.heard, self.sent, self.begin = port, b"", b"", 0.0
        self.tries = 0
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        line.request("GET", f"{address}?{urlencode({'at': form['at']})}")
        answer = line.getresponse()
        body = answer.read().decode()
        line.close()
        cookies = [value.split(";", 1)[0] for name, value in answer.getheaders() if name == "Set-Cookie"]
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
        said = {**form, "csrfmiddlewaretoken": found[1] if found else body, "key": KEY}
        typed = urlencode(said)
        head = (
            *(f"POST {address} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {len(typed)}"),
            *("Content-Type: application/x-www-form-urlencoded", f"Cookie: {'; '.join(cookies)}"),
        )
        self.words = "\r\n".join((*head, "", typed)).encode()
        self.line: socket.socket | None = None  # the server shuts a line on which nobody speaks

    def _opened(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def press(self) -> socket.socket:
        """Press once, as somebody who never pressed before; return the line that will answer."""
        self.sent, self.tries = self.words.replace(KEY.encode(), secrets.token_hex(8).encode()), 0
        self.begin = time.perf_counter()
        return self.send()

    def send(self) -> socket.socket:
        """Send what was pressed, over a new line where the last one was shut."""
        self.heard, self.tries = b"", self.tries + 1
        try:
            self.line = self.line or self._opened()
            self.line.sendall(self.sent)
        except OSError:
            self.shut()
            self.line = self._opened()
            self.line.sendall(self.sent)
        return self.line

    def hear(self) -> int | None:
        """Read on; return the status once the answer is whole, 0 if the line broke."""
        assert self.line is not None
        try:
            part = self.line.recv(65536)
        except OSError:
            part = b""
        if not part:
            return 0
        self.heard += part
        head, end, body = self.heard.partition(b"\r\n\r\n")
        length = LENGTH.search(head) if end else None
        if length is None or len(body) < int(length[1]):
            return None
        return int(head[9:12])

    def shut(self) -> None:
        """Shut the line; the next word goes over a new one."""
        if self.line is not None:
            self.line.close()
        self.line = None


class Crowd:
    """All the clients, and what they saw."""

    def __init__(self, clients: Sequence[Client], contenders: int) -> None:
        self.clients, self.left = clients, contenders
        self.answers, self.ready = Answers(), selectors.DefaultSelector()

    def rush(self) -> None:
        """Let everybody press, each client again as soon as it was answered, until all have."""
        for client in self.clients:
            self._press(client)
        while self.ready.get_map():
            for key, _events in self.ready.select():
                self._hear(key.data, key.fileobj)

    def _press(self, client: Client) -> None:
        if self.left:
            self.left -= 1
            self.ready.register(client.press(), selectors.EVENT_READ, client)

    def _hear(self, client: Client, line: Any) -> None:
        status = client.hear()
        if status is None:
            return
        self.ready.unregister(line)
        if not status or b"\r\nConnection: close" in client.heard:
            client.shut()
        if not status and client.tries == 1:
            # A server that shut an idle line has heard nothing, or has: the same press goes out again.
            self.ready.register(client.send(), selectors.EVENT_READ, client)
            return
        self.answers.seconds.append(time.perf_counter() - client.begin)
        self.answers.statuses[status] += 1
        self._press(client)


def main(words: list[str]) -> None:
    """Be the clients."""
    port, address, form, contenders, connections = json.loads(words[0])
    crowd = Crowd([Client(port, address, form) for _ in range(connections)], contenders)
    begin, cpu = time.perf_counter(), time.process_time()
    crowd.rush()
    told = {"seconds": crowd.answers.seconds, "statuses": crowd.answers.statuses}
    whole = {"whole": time.perf_counter() - begin, "cpu": time.process_time() - cpu}
    print(json.dumps({**told, **whole}))


if __name__ == "__main__":
    main(sys.argv[1:])
