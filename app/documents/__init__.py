"""Printed papers as PDF: data in, bytes out; no Flask and no database."""
