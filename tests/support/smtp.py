"""A mail server that keeps what it is sent: enough of SMTP for a client of ours."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailSink(socketserver.ThreadingTCPServer):
    """Takes mail on loopback; ``answer`` is what it says to a recipient."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.received: list[EmailMessage] = []
        self.answer = "250 fine"

    @property
    def url(self) -> str:
        """Return the address as QINCHAO_SMTP names it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def to(self) -> list[str]:
        """Return to whom mail came, in order."""
        return [str(mail["To"]) for mail in self.received]


class _Session(socketserver.StreamRequestHandler):
    server: MailSink

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            word = line.split(b":")[0].split()[0].upper() if line.strip() else b""
            if word == b"QUIT":
                self._say("221 bye")
                return
            if word == b"DATA":
                self._say("354 go on")
                self.server.received.append(self._message())
            self._say(self.server.answer if word == b"RCPT" else "250 fine")

    def _message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        found = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    """Run a sink for as long as the block."""
    with MailSink() as sink:
        threading.Thread(target=sink.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield sink
        finally:
            sink.shutdown()
