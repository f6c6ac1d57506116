"""From the text of an operation to selections that the planner understands."""
