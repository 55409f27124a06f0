"""Looking at a plugin item by item, as its users and its neighbours need it to be."""
