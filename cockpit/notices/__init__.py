"""Exceptions reach people: who is told what, where and when; queued in the store, and sent by one process."""
