"""The worker and the gateway between it and the window. QtCore only."""
