"""Small Flask helpers that views share: marks on routes, the current work, paging, downloads."""
