"""Settings of the web processes: gunicorn --config deploy/gunicorn.conf.py app.wsgi:app."""

import os

bind = os.environ.get("QINCHAO_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
threads = 8
# A slow phone is nginx's business; a request that computes this long belongs in a job.
timeout = 60
graceful_timeout = 20
# Renew processes now and then, not all at once.
max_requests = 5000
max_requests_jitter = 500
# A heartbeat file: on memory, so that a slow disk kills nobody.
worker_tmp_dir = "/dev/shm"  # noqa: S108 (gunicorn makes a private file in it)
control_socket_disable = True
accesslog = None
