"""A rush through HTTP: gunicorn as `lingju serve` starts it, 64 connections, one press each after another.

The clients are a process of their own with a thread for each connection; they fetch the form's cookie and
token first, then all press with keys of their own.
"""

import argparse
import http.client
import itertools
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.needs import ROOT, Place
from lingju.site.commands import serve

HOUSE, SMALLEST = "lingju.site.wsgi:application", "bench.rush_app:application"
THREADS = 8


@dataclass(slots=True)
class Answers:
    """What the clients saw: seconds of each request, how often each status, and all of it together."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    whole: float = 0.0


@contextmanager
def serving(place: Place, application: str, workers: int) -> Iterator[int]:
    """Serve an application over the place's database; yield the port."""
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
            yield port
        finally:
            server.terminate()


def rushed(port: int, address: str, form: Mapping[str, str], contenders: int, connections: int) -> Answers:
    """Let a process of clients press that often; return what they saw."""
    asked = json.dumps([port, address, dict(form), contenders, connections])
    words = [sys.executable, "-m", "bench.rush_http", asked]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    return Answers(told["seconds"], Counter({int(k): v for k, v in told["statuses"].items()}), told["whole"])


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
    """One connection with its cookies."""

    def __init__(self, port: int, address: str, form: Mapping[str, str]) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.address, self.form = address, dict(form)
        self.line.request("GET", f"{address}?{urlencode({'at': form['at']})}")
        answer = self.line.getresponse()
        body = answer.read().decode()
        cookies = [value.split(";", 1)[0] for name, value in answer.getheaders() if name == "Set-Cookie"]
        self.headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "; ".join(cookies)}
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
        self.form["csrfmiddlewaretoken"] = found[1] if found else body

    def press(self) -> int:
        """Press once, as somebody who never pressed before; return the status.

        A server that closed an idle line has heard nothing, or has: the same press goes out again.
        """
        body = urlencode({**self.form, "key": secrets.token_hex(8)})
        for _attempt in range(2):
            try:
                self.line.request("POST", self.address, body, self.headers)
                answer = self.line.getresponse()
                answer.read()
                return answer.status
            except (http.client.HTTPException, ConnectionError):
                self.line.close()
        return 0


def main(words: list[str]) -> None:
    """Be the clients."""
    port, address, form, contenders, connections = json.loads(words[0])
    clients = [Client(port, address, form) for _ in range(connections)]
    answers, numbers = Answers(), itertools.count()

    def run(client: Client) -> None:
        while next(numbers) < contenders:
            begin = time.perf_counter()
            status = client.press()
            answers.seconds.append(time.perf_counter() - begin)
            answers.statuses[status] += 1

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = {"seconds": answers.seconds, "statuses": answers.statuses, "whole": time.perf_counter() - begin}
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
