"""What is known and what is answered, as frozen records: the vocabulary, the engine's input, its answer."""
