"""Pages about duties: the to-do, writing an act down, concerns, exemptions, boards."""

from app.duties.views import boards, concerns, exemptions, of_child, recording, todo
from app.duties.views.bp import bp

__all__ = ["boards", "bp", "concerns", "exemptions", "of_child", "recording", "todo"]
