"""Views over the tables of a census that the figures share.

Heavy ones are made tables once, so that a hundred figures read a million trainees once.
"""

from __future__ import annotations

from collections.abc import Iterable

from preceptor.supervisors.queries import HELD
from preceptor.training.states import ENROLLED


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(map(str, values)))


POINTS = """
CREATE TEMP TABLE points AS
SELECT key, code, discipline_id, degree_level, degree_type, authorised_on, name_zh, name_en
FROM degree_points WHERE degree_level = 'doctor' AND degree_type = 'professional'
"""

# A direction belongs to the point of its first-level discipline, however deep it lies below; a
# sub-specialty counts in the direction above it.
DIRECTIONS = """
CREATE TEMP TABLE directions AS
WITH RECURSIVE below(point_id, point, discipline_id, direction_id) AS (
    SELECT p.key, p.code, d.key, CASE WHEN d.level = 'direction' THEN d.key END
    FROM points p JOIN disciplines d ON d.key = p.discipline_id
    UNION
    SELECT below.point_id, below.point, d.key,
        CASE WHEN d.level = 'direction' THEN d.key ELSE below.direction_id END
    FROM below JOIN disciplines d ON d.parent_id = below.discipline_id
)
SELECT point_id, point, d.key, d.code, d.level, slugs.slug, d.name_zh, d.name_en,
    d.goal_zh, d.goal_en, d.valid_from, d.valid_to
FROM below JOIN disciplines d ON d.key = below.discipline_id
LEFT JOIN slugs ON slugs.key = below.direction_id
"""

STANDING_DIRECTIONS = """
CREATE TEMP TABLE directions_on_day AS
SELECT * FROM directions WHERE level = 'direction' AND valid_from <= getvariable('day')
AND (valid_to IS NULL OR valid_to >= getvariable('day'))
"""

# The hospital, clinical college or base in which a unit lies on the day: itself or one above it.
PLACES = """
CREATE TEMP TABLE places AS
WITH RECURSIVE above(unit_id, upper_id, depth) AS (
    SELECT key, key, 0 FROM units
    UNION
    SELECT above.unit_id, r.upper_id, depth + 1
    FROM above JOIN unit_relations r ON r.lower_id = above.upper_id
    WHERE r.valid_from <= getvariable('day')
    AND (r.valid_to IS NULL OR r.valid_to >= getvariable('day')) AND depth < 12
)
SELECT above.unit_id, arg_min(units.key, depth) AS place_id, arg_min(units.code, depth) AS place
FROM above JOIN units ON units.key = above.upper_id
WHERE units.kind IN ('hospital', 'clinical_college', 'training_base', 'college')
GROUP BY above.unit_id
"""

TRAINEES = f"""
CREATE TEMP TABLE trainees AS
SELECT directions.point, e.key AS record, e.mode, e.cohort, e.cohort_on, e.state, e.state_since,
    e.awarded_on, here.slug AS direction, places.place AS unit,
    CAST(e.state IN ({_listed(ENROLLED)}) AS BOOLEAN) AS enrolled
FROM enrolments e
JOIN directions ON directions.key = e.last_direction_id
JOIN points ON points.key = directions.point_id
    AND points.degree_level = e.degree_level AND points.degree_type = e.degree_type
LEFT JOIN directions here ON here.key = e.direction_id AND here.point_id = directions.point_id
LEFT JOIN places ON places.unit_id = e.unit_id
"""

SUPERVISORS = f"""
CREATE TEMP TABLE supervisors AS
SELECT points.code AS point, q.key AS record, q.person_id AS counted, q.degree_level,
    q.is_external, q.trained_on, q.engaged_on, directions.slug AS direction,
    places.place AS unit, q.unit_id,
    q.degree_level = points.degree_level AND q.degree_type = points.degree_type AS doctoral
FROM supervisor_qualifications q
LEFT JOIN directions ON directions.key = q.direction_id
JOIN points ON points.key = directions.point_id OR q.direction_id IS NULL
LEFT JOIN places ON places.unit_id = q.unit_id
WHERE q.state IN ({_listed(HELD)})
"""

APPLICANTS = """
CREATE TEMP TABLE applicants AS
SELECT points.code AS point, a.key AS record, a.outcome, a.origin, directions.slug AS direction,
    places.place AS unit
FROM applications a
JOIN directions ON directions.key = a.direction_id
JOIN points ON points.key = directions.point_id
    AND points.degree_level = a.degree_level AND points.degree_type = a.degree_type
LEFT JOIN places ON places.unit_id = a.unit_id
WHERE a.year = year(getvariable('day'))
"""

TAUGHT = """
CREATE TEMP TABLE taught AS
SELECT DISTINCT points.code AS point, pc.kind, c.key AS record, c.code, c.hours, c.credits
FROM programmes p
JOIN points ON points.key = p.point_id
    AND points.degree_level = p.degree_level AND points.degree_type = p.degree_type
JOIN programme_courses pc ON pc.programme_id = p.key
JOIN courses c ON c.key = pc.course_id
WHERE p.cohort_from <= year(getvariable('day'))
AND (p.cohort_to IS NULL OR p.cohort_to >= year(getvariable('day')))
AND NOT EXISTS (
    SELECT 1 FROM programmes later WHERE later.point_id = p.point_id
    AND later.direction_id = p.direction_id AND later.degree_level = p.degree_level
    AND later.cohort_from > p.cohort_from
    AND later.cohort_from <= year(getvariable('day'))
)
"""

VERDICTS = """
CREATE TEMP TABLE verdicts AS
SELECT t.point, t.enrolled, f.subject, f.rule, f.kind, f.verdict, f.enrolment_id, f.thesis_id, f.panel_id
FROM findings f JOIN trainees t ON t.record = f.enrolment_id
"""

REVIEWED = """
CREATE TEMP TABLE reviewed AS
SELECT t.point, r.key AS counted, t.record, r.is_blind, r.returned_on
FROM thesis_reviews r JOIN theses ON theses.key = r.thesis_id
JOIN trainees t ON t.record = theses.enrolment_id
"""

# A request concerns a trainee by the person; of several enrolments the one begun last counts.
REQUESTS = """
CREATE TEMP TABLE requests AS
SELECT latest.point, c.key AS record, c.kind, c.state, c.submitted_on, c.decided_on, c.due_on,
    c.appeal_of_id
FROM cases c JOIN (
    SELECT e.person_id, arg_max(t.point, e.cohort_on) AS point
    FROM enrolments e JOIN trainees t ON t.record = e.key GROUP BY e.person_id
) latest ON latest.person_id = c.person_id
"""

# The first-level discipline in which a discipline lies: itself or one above it.
FIRST_LEVELS = """
CREATE TEMP TABLE first_levels AS
WITH RECURSIVE above(key, upper) AS (
    SELECT key, key FROM disciplines
    UNION
    SELECT above.key, d.parent_id FROM above JOIN disciplines d ON d.key = above.upper
    WHERE d.parent_id IS NOT NULL
)
SELECT above.key, d.key AS first_key, d.code AS first FROM above JOIN disciplines d ON d.key = above.upper
WHERE d.level = 'first'
"""

#: Small: what a report lists beside its figures.
REGISTERS = (POINTS, DIRECTIONS, STANDING_DIRECTIONS, PLACES, TAUGHT, FIRST_LEVELS)
VIEWS = (*REGISTERS, TRAINEES, SUPERVISORS, APPLICANTS, VERDICTS, REVIEWED, REQUESTS)
