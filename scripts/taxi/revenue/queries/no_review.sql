-- Every trip, whatever is odd about it, with all of its columns.
select
    read_trips.*, -- noqa: AM04
    cast(null as string) as set_aside_reason
from read_trips
