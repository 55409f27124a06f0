"""Plugins that live outside the project's own folder."""
