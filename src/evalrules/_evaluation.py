"""The result of an evaluation, as frozen values that build their parts when they are first read."""
