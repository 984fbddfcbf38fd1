"""The rules of selling on what a seller sells."""
