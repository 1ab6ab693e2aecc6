"""What is shipped, and what is said of it."""
