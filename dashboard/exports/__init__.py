"""Workbooks that take a while: made by a process of their own, seen to be made, kept for a time.

`room` is the folder in which every worker of a machine finds them: what was asked (`ticket`), how
far it has come (`state`), the file. `making` is the process that writes one; `routes` is what
readers and programs meet. Nothing but that folder is shared, so any worker answers for any export,
and what a killed process left behind is seen by its lock, which the system has let go.
"""
