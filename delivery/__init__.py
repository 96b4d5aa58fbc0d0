"""The outbox's other end: takes parts, hands them over, records what became of them."""
