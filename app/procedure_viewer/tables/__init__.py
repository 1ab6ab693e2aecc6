"""Qt item models over prepared rows."""
