"""An embedded PostgreSQL: binaries, the account it runs as, its cluster and stale locks."""
