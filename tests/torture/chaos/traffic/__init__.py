"""Customers, partners and staff, who use the public addresses alone."""
