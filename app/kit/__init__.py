"""The kit for authors of modules: writing a new one, and checking one."""
