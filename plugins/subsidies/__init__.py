"""Subsidies (资助): schemes, eligibility, publicity, approval, payment, receipt, reconciliation."""
