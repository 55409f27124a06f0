"""The programs of one installation on one machine: embedded servers, supervisor, ``qinchao up``.

Nothing here is needed where PostgreSQL and Valkey are run by somebody else (see ``deploy/``).
"""
