"""Children, the adults around them, and where they belong."""
