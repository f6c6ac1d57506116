"""The price book for managers: reading it, drafting the next one, publishing."""
