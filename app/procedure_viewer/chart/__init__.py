"""One open patient: events in, state out. Pure."""
