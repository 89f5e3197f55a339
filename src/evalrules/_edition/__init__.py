"""Editions: their model, reading, checking, and finding them on the search path."""
