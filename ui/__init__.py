"""What a person sees: the command line, the page, and the forms an answer is shown in."""
