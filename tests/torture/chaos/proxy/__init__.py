"""A small TCP proxy whose connections can be cut, blackholed and delayed."""
