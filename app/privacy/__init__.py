"""What is held about a person: the full copy that the law grants, and lawful erasure."""
