"""The blocked critical path: what drives a finish, what stands in its way, what does not move."""
