"""Procedure Viewer: find a patient, read what procedures were done, export the ones that matter."""

__version__ = "0.1.0"
