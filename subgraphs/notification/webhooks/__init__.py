"""Webhooks: a partner's own address is told what happens to the partner's orders."""
