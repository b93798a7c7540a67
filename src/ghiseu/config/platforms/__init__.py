"""Which adapters stand for the shared platforms: a module for each, with a function `connect`."""
