"""Jobs as the application knows them: who does which kind, and how their ids reach the queue."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g

from app.children.exports import EXPORT, export_job
from app.children.roster.batches import APPLY, apply_job
from app.children.telling import tell_import_ended
from app.config import Config
from app.duties.schedule import CLOSE_JOB, close_job
from app.handover.year.services import JOB as YEAR_ROLL_JOB
from app.handover.year.services import roll_job
from app.host.hooks import JobHandler
from app.host.registry import Registry
from app.jobs.dispatch import hasty_queue, push_due
from app.jobs.runner import ENDINGS, HANDLERS, JobEnding
from app.jobs.services import ENQUEUED
from app.kernel.errors import QinchaoError
from app.notify.delivery import DELIVER_JOB, deliverer
from app.notify.digest import DIGEST_JOB, digest_job
from app.notify.endings import tell_ended
from app.notify.mail import MAIL_SERVER, MailServer
from app.privacy.copying import COPY, copy_job
from app.privacy.erasing import ERASE, erase_ended, erase_job

CORE_HANDLERS: Mapping[str, JobHandler] = {
    APPLY: apply_job,
    EXPORT: export_job,
    CLOSE_JOB: close_job,
    DIGEST_JOB: digest_job,
    YEAR_ROLL_JOB: roll_job,
    COPY: copy_job,
    ERASE: erase_job,
}
CORE_ENDINGS: Mapping[str, JobEnding] = {
    APPLY: tell_import_ended,
    EXPORT: tell_ended,
    YEAR_ROLL_JOB: tell_ended,
    COPY: tell_ended,
    ERASE: erase_ended,
}
_QUEUE = "qinchao_queue"


def init_work(flask: Flask, config: Config, registry: Registry) -> None:
    """Gather the handlers of the core and of all modules; raise when a kind is misnamed."""
    mail = MailServer.of(config.smtp_url, config.mail_from, config.address)
    flask.extensions[MAIL_SERVER] = mail
    handlers = {**CORE_HANDLERS, DELIVER_JOB: deliverer(mail.opened if mail else None)}
    for implementation in registry.manager.hook.job_handlers.get_hookimpls():
        found: Mapping[str, JobHandler] = implementation.function()  # type: ignore[assignment]
        for kind in found:
            if not kind.startswith(f"{implementation.plugin_name}."):
                raise QinchaoError(f"{kind} must begin with {implementation.plugin_name}.")
        handlers |= found
    flask.extensions[HANDLERS] = handlers
    flask.extensions[ENDINGS] = CORE_ENDINGS
    flask.extensions[_QUEUE] = hasty_queue(config.redis_url)


def push_enqueued(flask: Flask) -> None:
    """After a commit: offer the jobs it wrote at once. What fails here the scheduler does later."""
    if g.ctx.memo.pop(ENQUEUED, False):
        push_due(flask.extensions[_QUEUE])
