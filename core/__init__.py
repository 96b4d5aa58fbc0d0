"""The vocabulary of Tidings and what a person can do with it; standard library only."""
