"""Every table and database function of the core, so that migrations see all of them."""

from app.accounts import functions as account_functions
from app.accounts import models as accounts
from app.audit import models as audit
from app.children import classification, merging_sql
from app.children import functions as child_functions
from app.children import models as children
from app.duties import functions as duty_functions
from app.duties import models as duties
from app.family import functions as family_functions
from app.handover import models as handover
from app.host import models as host
from app.jobs import functions as job_functions
from app.jobs import models as jobs
from app.ledger import functions as ledger_functions
from app.ledger import models as ledger
from app.notify import functions as notify_functions
from app.notify import models as notify
from app.organisation import models as organisation
from app.privacy import erasing_sql
from app.privacy import models as privacy
from app.tenancy import models as tenancy

__all__ = [
    "account_functions",
    "accounts",
    "audit",
    "child_functions",
    "children",
    "classification",
    "duties",
    "duty_functions",
    "erasing_sql",
    "family_functions",
    "handover",
    "host",
    "job_functions",
    "jobs",
    "ledger",
    "ledger_functions",
    "merging_sql",
    "notify",
    "notify_functions",
    "organisation",
    "privacy",
    "tenancy",
]
