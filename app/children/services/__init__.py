"""Writing children's files: each kind of change in a module of its own."""
