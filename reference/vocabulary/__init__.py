"""What a billing's catalogue and settings can say, declared once.

`kinds` says what a field is, `words` has the closed lists of words that are no field's own,
`tariff`, `product` and `settings` have the fields. The engine's reader, the model of a scenario,
the schemas of the protocol, the check of seeds and the page of fields follow from them.
"""
