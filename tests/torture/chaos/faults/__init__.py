"""What is done to the system. Each fault says what it will do, does it, and ends it."""
