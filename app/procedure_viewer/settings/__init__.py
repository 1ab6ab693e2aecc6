"""Connections and preferences. No secrets, no Qt."""
