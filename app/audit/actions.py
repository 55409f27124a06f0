"""What the audited actions are called in plain words."""

from __future__ import annotations

from app.host.registry import Registry
from app.kernel.text import T, Text

ACTIONS: dict[str, Text] = {
    "account.secret_changed": T("Changed the own password"),
    "account.secret_failed": T("Tried to change the password and failed"),
    "account.sign_in": T("Signed in"),
    "account.sign_in_failed": T("Tried to sign in and failed"),
    "account.sign_out": T("Signed out"),
    "attachment.read": T("Opened an attachment"),
    "center.setting": T("Changed a setting of the centre"),
    "child.add": T("Added a child"),
    "child.change": T("Changed a child's file"),
    "child.leave": T("Noted that a child left"),
    "child.read": T("Opened a child's file"),
    "child.return": T("Noted that a child came back"),
    "children.export": T("Exported a list of children"),
    "concern.close": T("Closed a concern by a visit"),
    "concern.raise": T("Raised a concern"),
    "concern.withdraw": T("Withdrew a concern"),
    "contact_card.print": T("Printed contact cards"),
    "declaration.add": T("Wrote down what a form says"),
    "exemption.add": T("Excused somebody from duties"),
    "exemption.void": T("Took an exemption back"),
    "guardian.activated": T("A guardian opened the account"),
    "guardian.add": T("Added a guardian"),
    "guardian.apart": T("Said that two adults are different people"),
    "guardian.join": T("Joined adults entered twice"),
    "guardian.change": T("Changed a guardian"),
    "guardian.closed": T("Closed a guardian's access"),
    "guardian.code_made": T("Made a guardian's activation code"),
    "guardian.disputed": T("A family says that a slip was not used by the guardian"),
    "identity.add": T("Added an identity number"),
    "identity.show": T("Looked at a whole identity number"),
    "identity.verify": T("Verified an identity number"),
    "identity.void": T("Withdrew an identity number"),
    "job.file": T("Fetched a file that was made"),
    "ledger.correct": T("Corrected the ledger"),
    "ledger.record": T("Wrote into the ledger"),
    "ledger.void": T("Withdrew an entry of the ledger"),
    "letter.print": T("Printed letters of responsibility"),
    "letter.scan": T("Kept the scan of a signed letter"),
    "letter.scan_read": T("Opened the scan of a signed letter"),
    "letter.sign": T("Marked letters of responsibility as signed"),
    "letter.void": T("Took back that a letter was signed"),
    "letter.wording": T("Changed the wording of letters"),
    "mentor.pair": T("Chose a child's mentor"),
    "module.disable": T("Switched a module off"),
    "module.enable": T("Switched a module on"),
    "module.settings": T("Changed a module's settings"),
    "organisation.adopt": T("Set up the usual posts"),
    "organisation.appoint": T("Gave a post to somebody"),
    "organisation.change": T("Changed the organisation"),
    "organisation.end": T("Ended somebody's post"),
    "organisation.hand_over": T("Handed a post over"),
    "organisation.sector": T("Changed the children of a sector"),
    "phone.change": T("Changed a phone number"),
    "phone.show": T("Looked at a whole phone number"),
    "pupil_number.show": T("Looked at a whole pupil number"),
    "roles.change": T("Changed what roles may do"),
    "roster.apply": T("Imported a roster"),
    "roster.check": T("Checked a roster"),
    "roster.corrections": T("Took a list of rows to correct"),
    "roster.export": T("Exported a roster"),
    "roster.undo": T("Undid an import"),
    "staff.account_disabled": T("Disabled an account"),
    "staff.account_enabled": T("Enabled an account"),
    "staff.add": T("Added a person to the staff"),
    "staff.edit": T("Changed a person of the staff"),
    "staff.import": T("Imported a list of staff"),
    "staff.leave": T("Ended somebody's work at the school"),
    "staff.password_given": T("Gave a first password"),
    "staff.role_ended": T("Took a role away"),
    "staff.role_given": T("Gave a role"),
    "staff.take_on": T("Let somebody work at a school"),
    "status.confirm": T("Confirmed a parent's situation"),
    "tenant.apply": T("Applied the centre's files"),
    "transfer.accept": T("Accepted a transfer"),
    "transfer.decline": T("Declined a transfer"),
    "transfer.request": T("Requested a transfer"),
    "transfer.withdraw": T("Withdrew a transfer"),
}
_VERBS: dict[str, Text] = {
    "add": T("added"),
    "change": T("changed"),
    "read": T("opened"),
    "export": T("exported"),
    "print": T("printed"),
    "import": T("imported"),
    "record": T("recorded"),
    "void": T("withdrew"),
}


def action_title(registry: Registry, action: str) -> str:
    """Return an action in the reader's words; a module's reads "Module: what"."""
    if action in ACTIONS:
        return str(ACTIONS[action])
    place, _dot, verb = action.rpartition(".")
    installed = registry.plugins.get(place.split(".")[0])
    what = str(_VERBS.get(verb, verb))
    return f"{installed.module.title}：{what}" if installed else action
