"""Every page, one line each."""

from __future__ import annotations

from django.urls import path

from .pages import (
    account,
    census,
    discipline,
    enrolment,
    figure,
    guide,
    health,
    home,
    panel,
    preference,
    regulation,
    report,
    roster,
    rule,
    search,
    unit,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", account.SignIn.as_view(), name="sign_in"),
    path("sign-out/", account.SignOut.as_view(), name="sign_out"),
    path("account/", account.account, name="account"),
    path("theme/", preference.set_theme, name="set_theme"),
    path("language/", preference.set_language, name="set_language"),
    path("search/", search.search, name="search"),
    path("health/", health.health, name="health"),
    path("trainees/", enrolment.enrolments, name="enrolments"),
    path("trainees/export.xlsx", enrolment.export, name="enrolments_export"),
    path("trainees/<int:key>/", enrolment.enrolment, name="enrolment"),
    path("trainees/<int:key>/state/", enrolment.state, name="enrolment_state"),
    path("trainees/<int:key>/journal/", enrolment.journal, name="enrolment_journal"),
    path("panels/", panel.panels, name="panels"),
    path("panels/<int:key>/", panel.panel, name="panel"),
    path("rules/", rule.rules, name="rules"),
    path("rules/<str:rule>/", rule.rule, name="rule"),
    path("units/", unit.units, name="units"),
    path("units/<int:key>/", unit.unit, name="unit"),
    path("directions/", discipline.directions, name="directions"),
    path("directions/<str:code>/", discipline.direction, name="direction"),
    path("regulations/", regulation.regulations, name="regulations"),
    path("regulations/<int:key>/", regulation.regulation, name="regulation"),
    path("roster/", roster.roster, name="roster"),
    path("roster/<uuid:job>/", roster.preview, name="roster_preview"),
    path("roster/<uuid:job>/take/", roster.take, name="roster_take"),
    path("censuses/", census.censuses, name="censuses"),
    path("censuses/<int:key>/", census.census, name="census"),
    path("figures/<int:key>/", figure.figure, name="figure"),
    path("reports/<int:census>/", report.report, name="report"),
    path("reports/<int:census>/<str:name>", report.download, name="report_file"),
    path("guide/components/", guide.components, name="guide"),
]
