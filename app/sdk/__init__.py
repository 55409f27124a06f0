"""Everything a module may use of the core, in one place; a plugin imports nothing else of it.

Tables        Base, mixins (SchoolScoped, RecordScoped …), ref, link, many, unique
Manifest      Module, Permission, EntryKind, NavItem, Setting, T maker ``text_domain``
Behaviour     hookimpl and the dataclasses hooks return
Pages         marks (permission, signed_in), show, ctx, school_id, child, paginate, download
Rules         can, demand, visible, Refused, Forbidden, NotVisible, module_settings
People        families, colleagues, class_teachers, mentors, left_behind, number_reached
Pairings      pairings, pairings_on, pairings_by_id, mentors_of_school, make_mentor, pair
Telling       notify, tell_families, holders, center_path, school_path, DigestLine
Ledger        record, extend, correct, void, attach, confirm, records, latest, items_of, entry_of
Numbers       Indicator, AsOf, IndicatorRows, pupil_rows, mentored_duty_rows
Duties        raise_concern, met_by and sentence_of, came_from, duties_kept
Work          Ctx, Job, enqueue
Class tables  Grid, GridColumn, GridRow, Filled, Saved, conflicts (``app.sdk.grid``)
Lists         RecordList, ListColumn, filters, listed, list_sheet; record_rows and record_lines
Follow-ups    what stays open until answered (``app.sdk.follow_up``)
Sheet import  SheetImport, SheetField, SheetRow, add_sheet_pages; cells: ``app.sdk.cells``; Bulk
              keep_sheet: a sheet that a module reads itself (``app.sdk.kept_sheets``)
Sheets        reading and writing spreadsheets; papers: ``register``
"""

from __future__ import annotations

from app.accounts.drafts import finish as finish_draft
from app.accounts.models import Staff
from app.accounts.services import add_staff
from app.audit.services import record as audit
from app.children.classification import CATEGORIES, classified, classify
from app.children.classification import REASONS as CLASSIFIED_WHY
from app.children.current import child
from app.children.family import Adult, families
from app.children.models import (
    Child,
    Declaration,
    Guardian,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    ImportBatch,
    ParentStatus,
    Placement,
)
from app.children.pairings import (
    MentorHere,
    Pairing,
    mentors_of_school,
    pairings,
    pairings_by_id,
    pairings_on,
)
from app.children.permits import can, demand, visible
from app.children.services.mentors import make_mentor, pair
from app.children.services.reaching import number_failed, number_reached, number_recounted
from app.children.staff_of import class_teachers, mentors
from app.children.standing import present
from app.children.words import relation_words
from app.db.base import Base, link, many, ref, unique
from app.db.conditions import any_of, open_on, refers
from app.db.mixins import (
    CenterReadable,
    CenterScoped,
    ChildFamily,
    ChildScoped,
    ChildStaffOnly,
    FamilyReadable,
    GuardianScoped,
    RecordScoped,
    SchoolOrCenter,
    SchoolScoped,
)
from app.db.scope import Reach
from app.db.sealed import Sealed, blind
from app.documents.certificates import Certificate, certificates
from app.documents.invitations import Invitation, invitations
from app.documents.letters import Letter, letters
from app.documents.qr import qr_svg
from app.documents.record_forms import RecordForm, record_forms
from app.documents.register import Column as RegisterColumn
from app.documents.register import Register, register
from app.documents.words import day_text
from app.duties.acts import met_by, sentence_of
from app.duties.concerns import concerns_answered
from app.duties.kept import DutiesKept, OwedDuty, duties_kept, duties_owed_by
from app.duties.raising import Found, raise_concern, raise_many, withdraw_raised
from app.edge.current import came_from, ctx, school_id, show
from app.edge.downloads import PDF, XLSX, download
from app.edge.forms import NEEDED, PAPERS, TickField, choices, put_error
from app.edge.marks import permission, public, signed_in
from app.edge.paging import Page, page_of, paginate
from app.host.context import Ctx
from app.host.enablement import active_modules, is_active
from app.host.hooks import (
    AsOf,
    ChildTab,
    DigestLine,
    Erased,
    Event,
    FamilyCard,
    IndicatorRows,
    JobHandler,
    ModuleBlueprints,
    PersonalData,
    ToHandOver,
    hookimpl,
)
from app.host.manifest import (
    ConcernKind,
    EntryKind,
    FamilyQuestion,
    Indicator,
    Module,
    NavItem,
    Permission,
    PersonalTable,
    Setting,
)
from app.host.settings import module_settings, settings_by_school
from app.jobs.models import Job
from app.jobs.progress import Steps
from app.jobs.services import enqueue
from app.kernel.clock import CHINA, Clock
from app.kernel.dates import parse_date
from app.kernel.errors import Forbidden, NotVisible, QinchaoError, Refused
from app.kernel.grades import school_year, term_name
from app.kernel.ids import uuid7
from app.kernel.names import split_surname
from app.kernel.phones import mask as mask_phone
from app.kernel.text import Text, text_domain
from app.ledger.attachments import keep_upload
from app.ledger.models import Act, Attachment, Confirmation, Entry
from app.ledger.page import may_take_back
from app.ledger.queries import Item, entry_of, items_of, latest
from app.ledger.services import (
    SAME,
    EntryFor,
    Upload,
    attach,
    confirm,
    correct,
    demand_past,
    extend,
    record,
    void,
)
from app.ledger.telling import tell_families
from app.notify.addresses import center_path, school_path
from app.notify.holders import holders
from app.notify.services import notify
from app.organisation.letters import unit_name
from app.reports.indicators.pupils import pupil_rows
from app.reports.indicators.work import mentored_duty_rows
from app.sdk.bulk import Bulk
from app.sdk.classes import (
    ClassOption,
    class_names,
    class_options,
    in_class,
    present_pupils,
    pupils_of,
    year_of_schooling,
    years_of,
)
from app.sdk.days import working_days_after
from app.sdk.door import at_door
from app.sdk.follow_up import (
    Followed,
    FollowUp,
    FollowUpStep,
    Open,
    add_step,
    close_follow_up,
    count_open,
    open_follow_up,
    open_follow_ups,
    step_taken_back,
    steps_of,
    waiting,
    withdraw_follow_up,
)
from app.sdk.grid import Filled, Grid, GridColumn, GridRow, Saved, conflicts
from app.sdk.kept_sheets import (
    close_kept,
    keep_sheet,
    kept_sheet,
    kept_workbook,
    last_kept,
)
from app.sdk.ledger import last_before, records
from app.sdk.people import acting_as, colleagues, left_behind, parents_away
from app.sdk.record_filters import ChildSearch, Choice, Days, OneChild, of_class, of_term
from app.sdk.record_list import ListColumn, RecordList, read_list
from app.sdk.record_listing import (
    NEWEST_FIRST,
    RecordLine,
    by_column,
    class_column,
    day_column,
    may_read,
    name_column,
    record_lines,
    record_rows,
)
from app.sdk.record_pages import ShownList, list_sheet, listed
from app.sdk.sheet_import import SheetImport, SheetRow, SheetWriter, SheetWritten, Undone
from app.sdk.sheet_pages import AroundSheet, SheetForm, add_sheet_pages, send_sheet
from app.sdk.sheet_pupils import KnownPupil, Pupils
from app.sdk.sheet_rows import SheetField
from app.sdk.sheet_undo import earlier_sheets
from app.sdk.sheets import sheet_bytes, uploaded_workbook
from app.sheets.clean import text_of
from app.sheets.headings import Vocabulary, data_rows, find_headings
from app.sheets.headings import normalise as plain_heading
from app.sheets.workbook import Cell, Sheet, Workbook
from app.sheets.write import Column, SheetSpec
from app.tenancy.models import Homeroom, School, Term
from app.tenancy.naming import class_title

__all__ = [
    "CATEGORIES",
    "CHINA",
    "CLASSIFIED_WHY",
    "NEEDED",
    "NEWEST_FIRST",
    "PAPERS",
    "PDF",
    "SAME",
    "XLSX",
    "Act",
    "Adult",
    "AroundSheet",
    "AsOf",
    "Attachment",
    "Base",
    "Bulk",
    "Cell",
    "CenterReadable",
    "CenterScoped",
    "Certificate",
    "Child",
    "ChildFamily",
    "ChildScoped",
    "ChildSearch",
    "ChildStaffOnly",
    "ChildTab",
    "Choice",
    "ClassOption",
    "Clock",
    "Column",
    "ConcernKind",
    "Confirmation",
    "Ctx",
    "Days",
    "Declaration",
    "DigestLine",
    "DutiesKept",
    "Entry",
    "EntryFor",
    "EntryKind",
    "Erased",
    "Event",
    "FamilyCard",
    "FamilyQuestion",
    "FamilyReadable",
    "Filled",
    "FollowUp",
    "FollowUpStep",
    "Followed",
    "Forbidden",
    "Found",
    "Grid",
    "GridColumn",
    "GridRow",
    "Guardian",
    "GuardianPhone",
    "GuardianScoped",
    "Guardianship",
    "Homeroom",
    "IdentityDocument",
    "ImportBatch",
    "Indicator",
    "IndicatorRows",
    "Invitation",
    "Item",
    "Job",
    "JobHandler",
    "KnownPupil",
    "Letter",
    "ListColumn",
    "MentorHere",
    "Module",
    "ModuleBlueprints",
    "NavItem",
    "NotVisible",
    "OneChild",
    "Open",
    "OwedDuty",
    "Page",
    "Pairing",
    "ParentStatus",
    "Permission",
    "PersonalData",
    "PersonalTable",
    "Placement",
    "Pupils",
    "QinchaoError",
    "Reach",
    "RecordForm",
    "RecordLine",
    "RecordList",
    "RecordScoped",
    "Refused",
    "Register",
    "RegisterColumn",
    "Saved",
    "School",
    "SchoolOrCenter",
    "SchoolScoped",
    "Sealed",
    "Setting",
    "Sheet",
    "SheetField",
    "SheetForm",
    "SheetImport",
    "SheetRow",
    "SheetSpec",
    "SheetWriter",
    "SheetWritten",
    "ShownList",
    "Staff",
    "Steps",
    "Term",
    "Text",
    "TickField",
    "ToHandOver",
    "Undone",
    "Upload",
    "Vocabulary",
    "Workbook",
    "acting_as",
    "active_modules",
    "add_sheet_pages",
    "add_staff",
    "add_step",
    "any_of",
    "at_door",
    "attach",
    "audit",
    "blind",
    "by_column",
    "came_from",
    "can",
    "center_path",
    "certificates",
    "child",
    "choices",
    "class_column",
    "class_names",
    "class_options",
    "class_teachers",
    "class_title",
    "classified",
    "classify",
    "close_follow_up",
    "close_kept",
    "colleagues",
    "concerns_answered",
    "confirm",
    "conflicts",
    "correct",
    "count_open",
    "ctx",
    "data_rows",
    "day_column",
    "day_text",
    "demand",
    "demand_past",
    "download",
    "duties_kept",
    "duties_owed_by",
    "earlier_sheets",
    "enqueue",
    "entry_of",
    "extend",
    "families",
    "find_headings",
    "finish_draft",
    "holders",
    "hookimpl",
    "in_class",
    "invitations",
    "is_active",
    "items_of",
    "keep_sheet",
    "keep_upload",
    "kept_sheet",
    "kept_workbook",
    "last_before",
    "last_kept",
    "latest",
    "left_behind",
    "letters",
    "link",
    "list_sheet",
    "listed",
    "make_mentor",
    "many",
    "mask_phone",
    "may_read",
    "may_take_back",
    "mentored_duty_rows",
    "mentors",
    "mentors_of_school",
    "met_by",
    "module_settings",
    "name_column",
    "notify",
    "number_failed",
    "number_reached",
    "number_recounted",
    "of_class",
    "of_term",
    "open_follow_up",
    "open_follow_ups",
    "open_on",
    "page_of",
    "paginate",
    "pair",
    "pairings",
    "pairings_by_id",
    "pairings_on",
    "parents_away",
    "parse_date",
    "permission",
    "plain_heading",
    "present",
    "present_pupils",
    "public",
    "pupil_rows",
    "pupils_of",
    "put_error",
    "qr_svg",
    "raise_concern",
    "raise_many",
    "read_list",
    "record",
    "record_forms",
    "record_lines",
    "record_rows",
    "records",
    "ref",
    "refers",
    "register",
    "relation_words",
    "school_id",
    "school_path",
    "school_year",
    "send_sheet",
    "sentence_of",
    "settings_by_school",
    "sheet_bytes",
    "show",
    "signed_in",
    "split_surname",
    "step_taken_back",
    "steps_of",
    "tell_families",
    "term_name",
    "text_domain",
    "text_of",
    "unique",
    "unit_name",
    "uploaded_workbook",
    "uuid7",
    "visible",
    "void",
    "waiting",
    "withdraw_follow_up",
    "withdraw_raised",
    "working_days_after",
    "year_of_schooling",
    "years_of",
]
