"""People who use the system: accounts, staff, memberships, grants, sign-in."""
