from prorata.harness.pytest import conforms


@conforms("edge/free-tariff-and-every-period", "documented/late-fee*")
def test_orders() -> None:
    """What is sold; late fees are skipped until there are some."""
