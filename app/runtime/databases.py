"""Create and drop databases on a PostgreSQL server, as its superuser."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

ROLES = Path(__file__).with_name("roles.sql")


def apply_roles(superuser_url: str) -> None:
    """Give the database of ``superuser_url`` our roles, owner and extensions; safe to repeat."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(ROLES.read_bytes())


def set_passwords(superuser_url: str, passwords: dict[str, str]) -> None:
    """Set the password of each role named."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role, password in passwords.items():
            command = sql.SQL("ALTER ROLE {} PASSWORD {}")
            connection.execute(command.format(sql.Identifier(role), sql.Literal(password)))


def database_exists(superuser_url: str, name: str) -> bool:
    """Say whether the server has a database of this name."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None


def make_database(superuser_url: str, name: str, template: str | None = None) -> None:
    """Create database ``name``: a copy of ``template`` with its owner, else an empty UTF-8 one.

    Nobody may be connected to ``template`` meanwhile. The empty one still needs `apply_roles`.
    """
    if template is None:
        command = sql.SQL(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        ).format(name=sql.Identifier(name))
    else:
        command = sql.SQL("CREATE DATABASE {name} TEMPLATE {template} OWNER qinchao_owner").format(
            name=sql.Identifier(name), template=sql.Identifier(template)
        )
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(command)


def remove_database(superuser_url: str, name: str) -> None:
    """Drop database ``name`` if it exists, ending the sessions that use it."""
    command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(command)
