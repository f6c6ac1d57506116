"""Looking at how events get from one service to the others, and setting it right by hand.

For people's tools, the console and the command line: nothing here is on an event's own way.
"""
