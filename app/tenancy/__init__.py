"""Centres, schools, classes and the school calendar."""
