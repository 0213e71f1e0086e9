"""One module a family of rules; a rule is a small function with a code, a tolerance and a docstring."""
