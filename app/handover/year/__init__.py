"""The change to a new school year: classes move up, the last grade leaves, teachers are chosen."""
