"""The charter of a portfolio, `portfolio.toml`, and the words and columns that it may name."""
