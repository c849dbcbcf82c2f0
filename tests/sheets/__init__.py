"""Builders of table files for tests: healthy ones as offices write them, and hostile ones."""
