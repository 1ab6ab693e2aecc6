"""How fast the window is, beside the barest thing that does the same on the same machine. Gates nothing."""
