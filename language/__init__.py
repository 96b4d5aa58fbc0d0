"""Words, stems, sentences, and texts made fit for people to read."""
