import pytest
from my_billing import Shop

from prorata.harness.pytest import Clients, Timeline
from prorata.harness.pytest_plugin import IspmanagerAt


@pytest.mark.prorata(clock="2025-08-01", seed={"ispmanager": {"presets": {"small": {}}}})
@pytest.mark.prorata_rule("billmanager.lifecycle")
def test_suspended_when_its_time_is_over(
    ispmanager: IspmanagerAt, timeline: Timeline, clients: Clients
) -> None:
    shop = Shop(ispmanager.url, ispmanager.login, timeline.now)
    timeline.every(shop.nightly, days=1)
    name = clients.one().login
    timeline.at("2025-08-01 09:00")
    shop.order(name, "small")

    timeline.at("2025-08-31 12:00")  # the night before, its time was not over
    assert ispmanager.users[name].active

    timeline.at("2025-09-01")
    assert not ispmanager.users[name].active
    ispmanager.assert_called("user.suspend", elid=name)
