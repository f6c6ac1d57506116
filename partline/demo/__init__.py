"""A whole order, driven through the public addresses of a running Partline."""
