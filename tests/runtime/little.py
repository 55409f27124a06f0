"""A tiny installation run by `up`, as a process of its own: python little.py KIND."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.kernel.errors import Refused
from app.runtime.process import Program
from app.runtime.up import Plan, up

WEB = """
import os, signal, sys, wsgiref.simple_server as s
signal.signal(signal.SIGTERM, lambda *_: (print("bye from", "web"), sys.exit()))
class Quiet(s.WSGIRequestHandler):
    def log_message(self, *_): pass
def app(environ, start):
    start("200 OK", [])
    return [b"ok"]
print("owner address given:", "DATABASE_OWNER_URL" in os.environ)
s.make_server("127.0.0.1", int(os.environ["PORT"]), app, handler_class=Quiet).serve_forever()
"""
PREPARE = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as c:
    print("prepared as", c.execute("select current_user").fetchone()[0])
"""
WAIT = """
import os, signal, sys, time
print("pid", os.getpid())
signal.signal(signal.SIGTERM, lambda *_: (print("bye from", os.environ["ME"]), sys.exit()))
time.sleep(600)
"""


def _python(name: str, code: str, *, restart: bool = False, owner: bool = False) -> Program:
    argv = [sys.executable, "-u", "-c", code]
    return Program(name, argv, {"ME": name}, restart=restart, owner=owner)


def main(kind: str) -> int:
    """Run until stopped; ``kind`` is "good", or says what is bad or missing."""
    prepare = {
        "good": [_python("prepare", PREPARE, owner=True)],
        "bad-prepare": [_python("prepare", "raise SystemExit('no such school')")],
    }.get(kind, [])
    announce = "raise SystemExit(1)" if kind == "bad-announce" else "print('sign in as nobody')"
    plan = Plan(
        prepare=prepare,
        programs=[
            _python("web", WEB),
            _python("worker", WAIT, restart=True),
            _python("scheduler", WAIT, restart=True),
        ],
        announce=[_python("sign-ins", announce)],
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
    )
    try:
        return up(plan)
    except Refused as refused:
        Path("/dev/stderr").write_text(f"{refused}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
