"""Database functions of jobs: the dispatcher and the worker start without a scope."""

from __future__ import annotations

from app.db.functions import database_function

JOBS_TO_PUSH = database_function(
    "jobs_to_push(integer, interval)",
    """
CREATE OR REPLACE FUNCTION jobs_to_push(at_most integer, silent interval)
RETURNS SETOF uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
UPDATE job SET pushed_at = now() FROM (
    SELECT center_id, id FROM job
    WHERE (state = 'waiting' AND (pushed_at IS NULL OR pushed_at < now() - silent))
       OR (state = 'running' AND lease_until < now()
           AND (pushed_at < lease_until OR pushed_at < now() - silent))
    ORDER BY created_at LIMIT at_most FOR UPDATE SKIP LOCKED
) due WHERE job.center_id = due.center_id AND job.id = due.id RETURNING job.id
$$
""",
    executors=("qinchao_app",),
    reason="the dispatcher serves all centres",
)

JOB_SCOPE = database_function(
    "job_scope(uuid)",
    """
CREATE OR REPLACE FUNCTION job_scope(which uuid)
RETURNS TABLE (center_id uuid, school_ids uuid[], reach text, account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT center_id, school_ids, reach, account_id FROM job WHERE id = which
$$
""",
    executors=("qinchao_app",),
    reason="the worker must know a job's scope to enter it",
)

JOBS_TO_FORGET = database_function(
    "jobs_to_forget(integer, interval)",
    """
CREATE OR REPLACE FUNCTION jobs_to_forget(at_most integer, kept interval) RETURNS SETOF text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
UPDATE job SET arguments = NULL, result = result - 'file' FROM (
    SELECT center_id, id, result ->> 'file' AS file FROM job
    WHERE finished_at < now() - kept AND (arguments IS NOT NULL OR result ? 'file')
    ORDER BY finished_at LIMIT at_most FOR UPDATE SKIP LOCKED
) old WHERE job.center_id = old.center_id AND job.id = old.id RETURNING old.file
$$
""",
    executors=("qinchao_app",),
    reason="the scheduler removes what all centres' jobs have left behind",
)
