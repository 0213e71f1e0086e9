"""Two sources, one item: which rows are about one thing, and what counts where they disagree."""
