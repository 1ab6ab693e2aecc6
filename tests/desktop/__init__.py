"""The program as a process on a real X display, with a real Secret Service, all started by the tests themselves."""
