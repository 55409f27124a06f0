"""Plain Python shared by everything: no Flask, no SQLAlchemy, no other part of the project."""
