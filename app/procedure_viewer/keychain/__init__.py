"""What keeps secrets: the operating system's keyring."""
