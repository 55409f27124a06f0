"""The pages: of the head, of each successor, and of ending somebody's work."""

from app.handover.views import heads, own  # noqa: F401  (pages of the blueprint)
from app.handover.views.bp import bp
from app.handover.views.leaving import bp as leaving
from app.handover.year import views as year  # noqa: F401  (pages of the blueprint)

__all__ = ["bp", "leaving"]
