"""Layer C: every service as a process, on real servers, while orders flow and things break."""
