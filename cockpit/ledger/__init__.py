"""The ledger in the world: statements drafted, signed with OpenSSH, judged, kept, and carried from place to place."""
