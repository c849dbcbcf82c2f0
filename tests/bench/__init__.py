"""Measurements: each prints a table and ends with 1 where a bar is missed. All of them: python -m tests.bench"""
