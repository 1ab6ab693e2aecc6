"""A machine that uses the real window as a hurried reader would, over a server that answers late, out of order, wrongly
or not at all, and looks after every step and at every repaint whether all that can be seen is of one patient.

`clinic` is what the server has and how it may answer; `server` sends that; `desk` is the window with what is behind
it; `looking` reads everything that a person could read; `machine` is the moves. `python -m tests.safety.machine` runs
it for long.
"""
