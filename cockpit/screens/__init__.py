"""One module and one stylesheet a screen; they render the Assessment and compute nothing."""
