"""Jobs as the application knows them: who does which kind, and how their ids reach the queue."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g

from app.children.exports import EXPORT, export_job
from app.children.roster.batches import APPLY, apply_job
from app.config import Config
from app.host.hooks import JobHandler
from app.host.registry import Registry
from app.jobs.dispatch import hasty_queue, push_due
from app.jobs.runner import HANDLERS
from app.jobs.services import ENQUEUED
from app.kernel.errors import QinchaoError

CORE_HANDLERS: Mapping[str, JobHandler] = {APPLY: apply_job, EXPORT: export_job}
_QUEUE = "qinchao_queue"


def init_work(flask: Flask, config: Config, registry: Registry) -> None:
    """Gather the handlers of the core and of all modules; raise when a kind is misnamed."""
    handlers = dict(CORE_HANDLERS)
    for implementation in registry.manager.hook.job_handlers.get_hookimpls():
        found: Mapping[str, JobHandler] = implementation.function()  # type: ignore[assignment]
        for kind in found:
            if not kind.startswith(f"{implementation.plugin_name}."):
                raise QinchaoError(f"{kind} must begin with {implementation.plugin_name}.")
        handlers |= found
    flask.extensions[HANDLERS] = handlers
    flask.extensions[_QUEUE] = hasty_queue(config.redis_url)


def push_enqueued(flask: Flask) -> None:
    """After a commit: offer the jobs it wrote at once. What fails here the scheduler does later."""
    if g.ctx.memo.pop(ENQUEUED, False):
        push_due(flask.extensions[_QUEUE])
