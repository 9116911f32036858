"""Spark beyond this process: a cluster, or a Connect server.

`standalone` and `connect` start them on this machine as processes of their own, which
`processes` finds again. `probe` asks whether one can be had, by its `pages` where there
are some, and `watch` whether it is still there.
"""
