"""Identifiers: ordered by time, never the same twice, in threads and forked processes too."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

from app.kernel.ids import uuid7

_MANY = 5000


def test_identifiers_are_of_version_seven_and_follow_time() -> None:
    earlier = uuid7()
    time.sleep(0.002)
    later = uuid7()
    assert (later.version, later.variant) == (7, "specified in RFC 4122")
    assert earlier < later


def test_threads_never_get_the_same_identifier() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: [uuid7() for _ in range(_MANY)], range(4)))
    assert len({one for some in made for one in some}) == 4 * _MANY


def test_a_forked_process_makes_identifiers_of_its_own() -> None:
    uuid7()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_tell, args=(there,))
    child.start()
    others = here.recv()
    child.join()
    random_parts = {one.int & ((1 << 62) - 1) for one in [*others, *(uuid7() for _ in range(100))]}
    assert len(random_parts) == 200


def _tell(there: Connection) -> None:
    there.send([uuid7() for _ in range(100)])
