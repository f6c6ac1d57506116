"""What the command line's `dlq` and `events` do, straight on the services' databases."""
