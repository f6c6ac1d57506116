"""Delivery for managers: what waits between the services, and dead letters."""
