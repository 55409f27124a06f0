"""Who answers for what: leading groups and posts, three-level responsibility, signed letters."""
