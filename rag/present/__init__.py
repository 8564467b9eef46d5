"""What a person meets: the command line, the page, and rendering."""
