"""Several hands in the same moment, each with a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection

from lingju.kernel.errors import Refusal

HANDS = 6


def at_once(act: Callable[[int], object]) -> list[object]:
    """Let several threads act in the same moment; return what each got, a refusal as itself."""
    start, results = threading.Barrier(HANDS), []

    def hand(number: int) -> None:
        start.wait()
        try:
            results.append(act(number))
        except Refusal as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand, args=(number,)) for number in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
