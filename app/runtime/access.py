"""Reaching the servers of a data folder, whoever has started them."""

from __future__ import annotations

from app.runtime import databases
from app.runtime.credentials import DATABASE, Credentials, Role


class Access:
    """Addresses of the local servers, and databases on them."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials

    @property
    def superuser_url(self) -> str:
        """Return the address of the server's ``postgres`` database for its superuser."""
        return self.url_for("postgres", "postgres")

    @property
    def owner_url(self) -> str:
        """Return the address for migrations and backups."""
        return self.url_for("qinchao_owner")

    @property
    def app_url(self) -> str:
        """Return the address for requests and jobs."""
        return self.url_for("qinchao_app")

    @property
    def redis_url(self) -> str:
        """Return the address of the queue store."""
        return self.credentials.redis_url

    def url_for(self, role: Role, database: str = DATABASE) -> str:
        """Return the address of any database of this server for ``role``."""
        return self.credentials.database_url(role, database)

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create an empty database with our roles and extensions, or a copy of ``template``."""
        databases.make_database(self.superuser_url, name, template)
        if template is None:
            databases.apply_roles(self.url_for("postgres", name))

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, ending the sessions that use it."""
        databases.remove_database(self.superuser_url, name)
