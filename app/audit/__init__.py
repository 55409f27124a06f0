"""The append-only record of who read and wrote what."""
