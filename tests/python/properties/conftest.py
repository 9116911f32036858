"""How properties are tried: the same examples every time, without a deadline.

`TAXI_EXAMPLES` is how many examples are tried of each property; the more, the longer.
"""

import tempfile

from hypothesis import HealthCheck, configuration, settings

settings.register_profile(
    "taxi",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=False,
)
settings.load_profile("taxi")

# Nothing is kept between runs, so nothing is left in the project's folder.
configuration.set_hypothesis_home_dir(tempfile.gettempdir() + "/hypothesis")
