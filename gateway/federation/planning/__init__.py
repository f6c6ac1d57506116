"""From a normalised operation to a plan of fetches."""
