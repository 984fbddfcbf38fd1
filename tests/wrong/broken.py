"""The rules that several wrong billings break: whichever of them shows first is a right name."""

from __future__ import annotations

from prorata.reference.rules import rules

B, P, H = "billmanager.", "provision.ispmanager.", "hostbill."
FAMILIES = tuple(
    B + each for each in ("order.", "charge.", "renew.", "change.", "resource.", "tax.")
)
#: What HostBill asks, gives back or takes in; not when it acts.
ASKED = tuple(
    H + each
    for each in (
        "billing-type.", "tax", "full-month", "late-fee", "upgrade.", "downgrade.",
        "cancel.pro-rata", "cycle.change", "invoice.pay",
    )
)  # fmt: skip
#: What sets amounts: a line that is counted or rounded otherwise is told under its own rule.
AMOUNTS = tuple(rule for rule in rules() if rule.startswith((*FAMILIES, *ASKED)))
CHANGES = tuple(rule for rule in rules() if rule.startswith(B + "change."))
TAXES = B + "tax.on-top", B + "tax.included"
SUSPENSIONS = B + "suspend.non-payment", B + "suspend.staff", B + "suspend.client"
#: What sets when a period ends that is counted in months.
PERIODS = (
    B + "charge.periodic", B + "renew.plain", B + "renew.late-policy", B + "renew.from-suspension",
    B + "change.full-payment",
)  # fmt: skip
