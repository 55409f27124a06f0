"""Work that outlives a request: a row written with its cause, then run by a worker."""
