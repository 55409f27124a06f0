"""The database: base classes, scope binding, row-level security, encryption at rest."""
