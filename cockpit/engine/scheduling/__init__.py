"""The critical path method over one network of flat arrays, with working time."""
