"""Pages about duties: the to-do, writing an act down, concerns, exemptions, boards."""

from app.duties.views import boards as boards
from app.duties.views import concerns as concerns
from app.duties.views import exemptions as exemptions
from app.duties.views import of_child as of_child
from app.duties.views import recording as recording
from app.duties.views import todo as todo
from app.duties.views.bp import bp as bp
