"""What gunicorn runs."""

from __future__ import annotations

import os

from app.config import Config
from app.runtime.environment import local_environment
from app.web.factory import create_app

app = create_app(Config.from_environ(local_environment(os.environ)))
