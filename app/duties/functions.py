"""Database functions of duties; all of them run under the caller's own policies."""

from __future__ import annotations

from app.db.functions import database_function
from app.duties import people_sql, states_sql

_BOTH = ("qc_center", "qc_school")

CARRY_STEP = database_function(
    "duty_carry_step(integer, integer, integer, integer)",
    states_sql.CARRY_STEP,
    executors=_BOTH,
    reason="how many acts of the next window make up for one that lacks them",
)
CARRY = database_function(
    "duty_carry(integer, integer, integer)",
    states_sql.CARRY,
    executors=_BOTH,
    reason="the same over a row of windows",
)
PEOPLE = database_function(
    "duty_people(date, date)",
    people_sql.PEOPLE,
    executors=_BOTH,
    reason="who is where and in which group on a day: for states and for previews",
)
SOME_PEOPLE = database_function(
    "duty_people(date, date, uuid[])",
    people_sql.SOME_PEOPLE,
    executors=_BOTH,
    reason="the same of some children",
)
HOLDERS = database_function(
    "duty_holders(date)",
    people_sql.HOLDERS,
    executors=_BOTH,
    reason="who holds the roles that rules name on a day",
)
LIVE = database_function(
    "duty_live(date, date)",
    states_sql.LIVE,
    executors=_BOTH,
    reason="the one definition of due, done, missed and excused, of what is not frozen",
)
SOME_LIVE = database_function(
    "duty_live(date, date, uuid[])",
    states_sql.SOME_LIVE,
    executors=_BOTH,
    reason="the same definition for some subjects, at their cost",
)
CLOSING = database_function(
    "duty_closing(date, date, uuid[])",
    states_sql.CLOSING,
    executors=_BOTH,
    reason="the same definition for windows that are closed, and for concerns",
)
STATES = database_function(
    "duty_states(date, date)",
    states_sql.STATES,
    executors=_BOTH,
    reason="the same with what is frozen",
)
SOME_STATES = database_function(
    "duty_states(date, date, uuid[])",
    states_sql.SOME_STATES,
    executors=_BOTH,
    reason="the same of some subjects",
)

CENTERS_TO_CLOSE = database_function(
    "centers_to_close(date)",
    """
CREATE OR REPLACE FUNCTION centers_to_close(today date) RETURNS TABLE (center_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT DISTINCT w.center_id FROM duty_window w
WHERE w.frozen_at IS NULL AND w.settles < today AND NOT EXISTS (
    SELECT 1 FROM job j WHERE j.center_id = w.center_id
    AND j.unique_key = 'center:duties.close ' || today::text)
UNION
SELECT DISTINCT c.center_id FROM concern c
WHERE c.due_on BETWEEN today - 60 AND today - 10 AND c.voided_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM duty_result r WHERE r.center_id = c.center_id AND r.concern_id = c.id)
AND NOT EXISTS (
    SELECT 1 FROM job j WHERE j.center_id = c.center_id
    AND j.unique_key = 'center:duties.close ' || today::text)
$$
""",
    executors=("qinchao_app",),
    reason="the scheduler serves all centres",
)
