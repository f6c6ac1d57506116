"""Layer B: a process dies at named points of the code, at each for every kind of event."""
