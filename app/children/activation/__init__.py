"""Guardians open their account with a code on paper and the digits of their own telephone."""
