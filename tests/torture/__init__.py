"""The torture rig: proof that nothing is lost, whatever is done to the system."""
