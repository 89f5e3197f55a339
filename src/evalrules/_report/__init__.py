"""Reports of an evaluation: for a terminal, as Markdown, as one HTML page; and the summary of several."""
