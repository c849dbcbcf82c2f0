"""Who may see and change what: one gate for each kind of thing, and nowhere else.

    visit = access_visit(me, numbered(rows, Visit, form["id"]))
    found = rows.all(access_visits(me, visits.by_urgency()))

A gate gives the thing back, or raises OutOfReach: in the same words whether there is no such thing or it is
somebody else's, so that nobody learns from a number what another branch has. Its sister with an s narrows a
query. What belongs to no branch (a stranger's question, a volunteer) is every coordinator's. Members and
volunteers need no gate: their queries begin with their own id.
"""
