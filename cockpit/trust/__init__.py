"""Statements: canonical form, SSH signatures, verification, who may sign what. Pure."""
