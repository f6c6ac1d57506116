"""What delivery costs: `python -m tests.benchmarks.messaging` runs all of it.

Everything is real and durable: PostgreSQL with fsync, Valkey, RabbitMQ. The absolute figures are
those of the machine and of what else it does; the ratios within a run say more.
"""
