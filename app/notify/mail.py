"""Mail as a channel: where it goes out, what it says, and what the server answers.

A mail carries numbers and an address of ours, and no word of what is told: nothing personal leaves
the house by mail. Another channel (a gateway to telephones) is one more function ``Channel``.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from app.kernel.errors import Refused
from app.kernel.text import T

MAIL_SERVER = "qinchao_mail"
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_SECONDS = 20.0
_PERMANENT = 500


class Outcome(StrEnum):
    """What became of one message."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True)
class Message:
    """What goes out: to which address, a key that is the same when it is sent again, two numbers.

    ``today`` counts what the day's digest holds, ``news`` the urgent notices.
    """

    to: str
    key: str
    today: int
    news: int
    page: str
    at: datetime


Deliver = Callable[[Message], tuple[Outcome, str | None]]
# Opened for a handful of messages; opening raises OSError or SMTPException when nobody answers.
Channel = Callable[[], AbstractContextManager[Deliver]]


@dataclass(frozen=True)
class MailServer:
    """A mail server by its address, ``smtp+starttls://name:password@host:587``, and who sends.

    ``home`` is where this service is reached from outside, such as ``https://care.example``;
    without it a mail has no link.
    """

    server: SplitResult
    sender: str
    home: str = ""

    @classmethod
    def of(cls, url: str | None, sender: str | None, home: str | None) -> MailServer | None:
        """Read the settings; None without a server. Raises :class:`Refused` for half of them."""
        if not url:
            return None
        server = urlsplit(url)
        if server.scheme not in _PORTS or not server.hostname:
            schemes = ", ".join(_PORTS)
            raise Refused(T("QINCHAO_SMTP begins with one of: {schemes}", schemes=schemes))
        if "@" not in parseaddr(sender or "")[1]:
            raise Refused(T("QINCHAO_MAIL_FROM names the address that mail comes from."))
        return cls(server, sender or "", (home or "").rstrip("/"))

    @contextmanager
    def opened(self) -> Iterator[Deliver]:
        """Stay connected for some messages."""
        connection = self._connection()
        try:
            yield lambda message: self._deliver(connection, message)
        finally:
            connection.close()

    def _connection(self) -> smtplib.SMTP:
        host, scheme = self.server.hostname or "", self.server.scheme
        port = self.server.port or _PORTS[scheme]
        trusted = ssl.create_default_context()
        connection: smtplib.SMTP
        if scheme == "smtps":
            connection = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=trusted)
        else:
            connection = smtplib.SMTP(host, port, timeout=_SECONDS)
        if scheme == "smtp+starttls":
            connection.starttls(context=trusted)
        if self.server.username:
            connection.login(unquote(self.server.username), unquote(self.server.password or ""))
        return connection

    def _deliver(self, connection: smtplib.SMTP, message: Message) -> tuple[Outcome, str | None]:
        try:
            connection.send_message(self._written(message))
        except smtplib.SMTPRecipientsRefused as refused:
            code = max(code for code, _words in refused.recipients.values())
            return (Outcome.REFUSED if code >= _PERMANENT else Outcome.LATER), f"SMTP {code}"
        except (ValueError, smtplib.SMTPNotSupportedError):
            return Outcome.REFUSED, "not a mail address"
        except smtplib.SMTPResponseException as answer:
            return Outcome.LATER, f"SMTP {answer.smtp_code}"
        return Outcome.SENT, None

    def _written(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, message.to
        mail["Subject"] = str(_subject(message))
        mail["Date"] = format_datetime(message.at)
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        mail["Message-ID"] = f"<{message.key}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("\n".join(self._lines(message)) + "\n")
        return mail

    def _lines(self, message: Message) -> Iterator[str]:
        if message.today:
            yield str(T("Things that wait for you today: {n}.", n=message.today))
        if message.news:
            yield str(T("New notices: {n}.", n=message.news))
        yield ""
        if self.home:
            yield str(T("Open: {address}", address=self.home + message.page))
        else:
            yield str(T("Sign in to read them."))
        yield ""
        yield str(T("You asked for this mail; under “Notices” you can switch it off."))


def _subject(message: Message) -> object:
    if message.today:
        return T("Qinchao: {n} things wait for you today", n=message.today)
    return T("Qinchao: {n} new notices", n=message.news)
