"""The commands, by what they are about. Modules here import nothing heavy: each command imports what it needs."""
