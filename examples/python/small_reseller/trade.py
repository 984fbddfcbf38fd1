"""The trade with the seller: each job looks before it asks, and events say when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from small_reseller.model import Job, months_of
from small_reseller.seller import SellerRefused, SellerSilent

if TYPE_CHECKING:
    from collections.abc import Callable

    from small_reseller.billing import Reseller
    from small_reseller.model import Service
    from small_reseller.seller import Licence

__all__ = ["poll", "work"]


def work(billing: Reseller, service: Service) -> None:
    """Do what is to be done first, and what is to be done then where that is done already.

    A seller does not change its mind by itself: what it refused waits until somebody starts it.
    """
    while service.jobs:
        if service.jobs[0].refused and not _passed(service):
            return
        job = service.jobs[0]
        job.due = None
        try:
            done = _JOBS[job.kind](billing, service, job)
        except SellerSilent as silence:
            job.put_off(billing.now, unsure=silence.unsure)
            return
        except SellerRefused:
            job.refused = True
            continue
        if not done:
            return
        service.jobs.pop(0)
        billing.refresh(service)


def _passed(service: Service) -> bool:
    """Have what cannot wait pass what was refused; a change is tried again after it."""
    first, *rest = service.jobs
    anew = first.kind == "change" and any(job.kind == "change" for job in rest)
    stands = _stands(service)
    if anew or _WANTED.get(first.kind, stands) != stands:
        service.jobs = rest  # it is not wanted any more
        return True
    kinds = _PASSING.get(first.kind, _URGENT)
    passing = next((job for job in rest if job.kind in kinds and not job.refused), None)
    if passing is None:
        return False
    first.refused = first.kind != "change" or passing.kind == "suspend"
    service.jobs = [passing, *(job for job in service.jobs if job is not passing)]
    return True


def poll(billing: Reseller) -> None:
    """Ask what happened, and look at the licences that it happened to."""
    try:
        news = billing.seller.news(billing.row)
        new = [number for number in sorted(news.events) if number > billing.heard]
        missing = len(new) < news.last - billing.heard
        changed = billing.seller.all() if missing else [news.events[number] for number in new]
        changed += [
            each.known
            for each in billing.services.values()
            if each.licence and each.licence.status == "2" and not each.licence.key
        ]
        for number in dict.fromkeys(changed):
            _seen(billing, billing.seller.look(number))
    except (SellerSilent, SellerRefused):
        return  # what was not seen is asked for again
    billing.row, billing.heard = news.row, max(billing.heard, news.last)


def _seen(billing: Reseller, licence: Licence) -> None:
    """Have a service be as its licence is."""
    service = _whose(billing, licence)
    if service is None:
        return
    service.known, service.licence = licence.number, licence
    if service.jobs and _SHOWN[service.jobs[0].kind](billing, service, service.jobs[0]):
        service.jobs.pop(0)
        billing.refresh(service)
        work(billing, service)
    if service.status != "deleted":
        _follow(billing, service, service.licence)


def _follow(billing: Reseller, service: Service, licence: Licence) -> None:
    """Take over what the seller did, and have it do what it has not done yet."""
    service.closed = licence.closed
    held = bool(licence.suspended_by - {"client"}) or licence.closed
    (service.suspended_by.add if held else service.suspended_by.discard)("seller")
    rows = billing.tariffs.items()
    alike = [name for name, row in rows if row.get("seller_tariff") == licence.tariff]
    changing = any(job.kind == "change" for job in service.jobs)
    if alike and service.tariff not in alike and not changing:
        service.tariff = alike[0]
    billing.refresh(service)
    wish = _stands(service)
    waits = all(job.refused and job.kind in {"change", "prolong"} for job in service.jobs)
    if not licence.closed and waits and wish != ("client" in licence.suspended_by):
        billing.ask(service, Job("suspend" if wish else "resume"))


def _stands(service: Service) -> bool:
    """Whether a service is suspended here, whatever its seller has done."""
    return bool(service.suspended_by - {"seller"})


def _whose(billing: Reseller, licence: Licence) -> Service | None:
    """Return the service of a licence: by its number, or by what was ordered under this name."""
    for service in billing.services.values():
        if service.known == licence.number:
            return service
    named = billing.services.get(licence.remote)
    return named if named and not named.known else None


def _order(billing: Reseller, service: Service, job: Job) -> bool:
    """Order a licence; after an answer that was lost it is searched for first."""
    if not service.known and job.unsure:
        service.known = billing.seller.find(service.number) or ""
    if service.known:
        service.licence = billing.seller.look(service.known)
        return service.licence.made
    tariff = str(billing.tariffs[service.tariff]["seller_tariff"])
    period = str(months_of(service.period))
    service.known = billing.seller.order(service.number, tariff, period, service.ip, service.name)
    return False


def _prolong(billing: Reseller, service: Service, job: Job) -> bool:
    """Renew a licence, once, and only while it expires before what is wanted."""
    licence = _look(billing, service)
    job.before = job.before or licence.expires
    if _moved(licence, job):
        return True
    billing.seller.do("service.prolong", service.known, period=str(months_of(job.period)))
    return False


def _moved(licence: Licence, job: Job) -> bool:
    expires = licence.expires
    if expires is None:  # from day to day, unless a lack of money has stopped it
        return "non-payment" not in licence.suspended_by
    if job.wanted is None:
        return True
    return expires >= job.wanted or (job.before is not None and expires > job.before)


def _change(billing: Reseller, service: Service, _job: Job) -> bool:
    wanted = str(billing.tariffs[service.tariff]["seller_tariff"])
    if _look(billing, service).tariff == wanted:
        return True
    billing.seller.do("service.changepricelist", service.known, pricelist=wanted)
    return False


def _suspend(billing: Reseller, service: Service, _job: Job) -> bool:
    if "client" in _look(billing, service).suspended_by:
        return True
    billing.seller.do("soft.suspend", service.known)
    return False


def _resume(billing: Reseller, service: Service, _job: Job) -> bool:
    if "client" not in _look(billing, service).suspended_by:
        return True
    billing.seller.do("soft.resume", service.known)
    return False


def _close(billing: Reseller, service: Service, _job: Job) -> bool:
    if not service.known:
        service.known = billing.seller.find(service.number) or ""
    if not service.known:
        billing.give_back(service)
        return True
    if _look(billing, service).closed:
        return True
    billing.seller.do("soft.delete", service.known)
    return False


def _look(billing: Reseller, service: Service) -> Licence:
    service.licence = billing.seller.look(service.known)
    return service.licence


#: What passes a job that was refused: nothing an order, and a change what it may wait for itself.
_URGENT = {"suspend", "resume"}
_PASSING: dict[str, set[str]] = {
    "order": set(),
    "change": {*_URGENT, "prolong"},
    "suspend": {*_URGENT, "prolong", "change"},
    "resume": {*_URGENT, "prolong", "change"},
}
#: What is done so that a service stands, and what so that it does not.
_WANTED = {"suspend": True, "resume": False}
#: How each job is done; True where nothing was left to do.
_JOBS: dict[str, Callable[[Reseller, Service, Job], bool]] = {
    "order": _order,
    "prolong": _prolong,
    "change": _change,
    "suspend": _suspend,
    "resume": _resume,
    "close": _close,
}
#: Whether a licence, as it was seen last, shows that a job is done.
_SHOWN: dict[str, Callable[[Reseller, Service, Job], bool]] = {
    "order": lambda _billing, service, _job: bool(service.licence and service.licence.made),
    "prolong": lambda _billing, service, job: bool(
        service.licence
        and (job.before or service.licence.expires is None)
        and _moved(service.licence, job)
    ),
    "change": lambda billing, service, _job: bool(
        service.licence
        and service.licence.tariff == str(billing.tariffs[service.tariff]["seller_tariff"])
    ),
    "suspend": lambda _billing, service, _job: bool(
        service.licence and "client" in service.licence.suspended_by
    ),
    "resume": lambda _billing, service, _job: bool(
        service.licence and "client" not in service.licence.suspended_by
    ),
    "close": lambda _billing, service, _job: bool(service.licence and service.licence.closed),
}
