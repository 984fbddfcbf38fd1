"""The rules that several wrong billings break: whichever of them shows first is a right name."""

from __future__ import annotations

from prorata.reference.rules import rules

B, P, H = "billmanager.", "provision.ispmanager.", "hostbill."
CHANGES = tuple(rule for rule in rules() if rule.startswith(B + "change."))
TAXES = B + "tax.on-top", B + "tax.included"
SUSPENSIONS = B + "suspend.non-payment", B + "suspend.staff", B + "suspend.client"
#: What sets when a period ends that is counted in months.
PERIODS = (
    B + "charge.periodic", B + "renew.plain", B + "renew.late-policy", B + "renew.from-suspension",
    B + "change.full-payment",
)  # fmt: skip
