"""Pages: laid out once, for the preview, a PDF and a printer alike."""
