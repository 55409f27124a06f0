"""Pages about children."""

from app.children.views import edit, guardians, lists, mentors, merging, page, papers, transfers
from app.children.views.bp import bp

__all__ = ["bp", "edit", "guardians", "lists", "mentors", "merging", "page", "papers", "transfers"]
