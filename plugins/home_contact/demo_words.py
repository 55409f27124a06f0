"""What the demonstration's teachers wrote in one line, by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.sdk import Text
from plugins.home_contact.words import T

LINES: Mapping[str, Sequence[Text]] = {
    "visit": (
        T("Looked at the homework together; the child reads aloud every evening."),
        T("Grandmother worries about the eyes; advised a check-up at the clinic."),
        T("The house is tidy, the child has a desk of its own by the window."),
        T("Talked about how long the phone may be used; agreed on half an hour."),
        T("Spoke about the way to school and about staying away from the pond."),
        T("The child showed its certificates; very proud of the running race."),
    ),
    "call": (
        T("Told about the good marks in Chinese; the parent was very glad."),
        T("Asked the parent to call the child on Sundays; promised."),
        T("Spoke about the cold the child had; it is well again."),
        T("The parent comes home for Spring Festival."),
        T("Told about the mathematics test and what helps at home."),
    ),
    "talk": (
        T("Talked on the way to lunch; looks forward to the sports day."),
        T("Misses its mother; we agreed to write to her."),
        T("Had quarrelled with the desk neighbour; they made up."),
        T("Wants to join the drawing group."),
    ),
    "round_table": (
        T("Agreed: homework before play, the parent calls every Wednesday and Sunday."),
        T("Agreed: grandmother tells the teacher when the child is ill."),
    ),
    "video_call": (
        T("Showed the parents the classroom and the new bed; laughed a lot."),
        T("Cried a little afterwards; calm again after supper."),
    ),
}
STEPS: Sequence[Text] = (
    T("Ask about the eye check-up"),
    T("Bring a reading book"),
    T("Call the father about the winter holidays"),
    T("Visit again and look at the homework"),
)
