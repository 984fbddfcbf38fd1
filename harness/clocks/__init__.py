"""How the time of an implementation moves, where messages alone do not move it.

`wishes` reads what a user says of it, `making` gives the clock that was meant, `timed` moves it as
scenarios go on, and `agreeing` sees before a run that all stand at one time.
"""
