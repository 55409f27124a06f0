"""Pages of the organisation, the same for a school and for the centre."""

from app.organisation.views import classes, letter_words, letters, page, posts, sectors
from app.organisation.views.bp import bp

__all__ = ["bp", "classes", "letter_words", "letters", "page", "posts", "sectors"]
