"""Whether a service goes on by itself."""

from __future__ import annotations

__all__ = ["auto_renewal"]


def auto_renewal(
    *, wanted: bool, recurring: bool, billing_type: str, metered: bool = False
) -> bool:
    """Tell whether a service is invoiced for its next cycle by itself.

    ``hostbill.auto-renewal`` (hostbill-licences, hostbill-hosting): recurring and paid ahead, where
    it is configured; a cycle that is paid at its end or metered goes on whatever is set (ours).
    """
    return recurring and (wanted or metered or billing_type == "postpaid")
