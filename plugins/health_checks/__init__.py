"""Health checks (体检): a row for each child and round, shown to school and family."""
