"""What must hold when things break, as programs that print a table and exit 1 where a bar is missed.

    python -m tests.faults kills --kills 200 --seeds 3    kill -9 under traffic, on both engines
    python -m tests.faults instant --rounds 30            91 reminders due at one instant, killed in the middle
    python -m tests.faults stops --rounds 25              a worker stands still past its lease (PostgreSQL)
    python -m tests.faults twins --rounds 50              two instances started at once
    python -m tests.faults power --rounds 200             power cuts: what was not synced is gone
    python -m tests.faults disk --rounds 5                no room on the disk
    python -m tests.faults lock --rounds 5                SQLite's write lock held by somebody else for ten seconds
    python -m tests.faults outage --minutes 60            no network, in real time
    python -m tests.faults                                all of them, as long as the bars ask for

Short forms of them run with the normal tests (`tests/test_durability.py`).
"""
