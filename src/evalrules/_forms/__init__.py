"""The forms that departments fill in, Word, Excel and others."""
