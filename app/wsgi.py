"""What gunicorn runs."""

from __future__ import annotations

import os

from app.config import Config
from app.kernel.pauses import for_good
from app.web.factory import PAGE_SECONDS, create_app

# Settings come from the environment alone: the web must not find the database owner's address.
with for_good():
    app = create_app(Config.from_environ(os.environ), statement_seconds=PAGE_SECONDS)
