"""The servers that Partline brings along: PostgreSQL, Valkey, an S3 server and a mailbox."""
