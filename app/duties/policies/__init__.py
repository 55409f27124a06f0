"""Pages about policies: what is kept, what could be, changing it in sentences."""
