"""Widgets, dialogs, theme."""
