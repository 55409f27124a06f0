"""Training of guardians: courses, sessions, who came, who never came and why."""
