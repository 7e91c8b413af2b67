"""The fixed words of a report in both of its languages.

A report keeps the language it was issued in whatever the reader's language is, so these words do
not pass through the catalogue of the pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from preceptor.reports.documents.model import Column, Document, FigureEntry, Language


@dataclass(frozen=True, slots=True)
class Labels:
    """Words and forms of one language; those with {} take values in the order given."""

    tag: str
    region: str
    contents: str
    annex: str
    annex_remark: str
    figure: str
    key: str
    value: str
    unit: str
    flow: str
    stock: str
    nature: str
    population: str
    scope: str
    period: str
    records: str
    table: str
    note: str
    column: str
    institution: str
    year: str
    census: str
    edition: str
    generated: str
    year_value: str
    edition_value: str


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_LABELS: dict[Language, Labels] = {
    "zh": Labels(
        tag="zh-CN",
        region="cn",
        contents="目录",
        annex="附录 数据来源一览",
        annex_remark=(
            "正文中的每个计算数据均在此列明指标、口径和统计时间。时期数为所列时段内发生的数量，"
            "时点数为所列日期当日的数量；“记录数”为该数据所依据的记录条数。"
        ),
        figure="指标",
        key="标识",
        value="数值",
        unit="单位",
        flow="时期数",
        stock="时点数",
        nature="性质",
        population="统计对象",
        scope="统计范围",
        period="统计时间",
        records="记录数",
        table="表 {}",
        note="注：{}",
        column="{}（{}）",
        institution="学位授予单位（盖章）",
        year="报告年度",
        census="统计时点",
        edition="版次",
        generated="生成日期",
        year_value="{} 年",
        edition_value="第 {} 版",
    ),
    "en": Labels(
        tag="en-US",
        region="us",
        contents="Contents",
        annex="Annex: sources of the figures",
        annex_remark=(
            "Every computed number of the report is listed here with what it counts, where and "
            "when. A flow counts what happened within the period given; a stock counts what was "
            "so on the date given. Records is the number of records behind the value."
        ),
        figure="Figure",
        key="Key",
        value="Value",
        unit="Unit",
        flow="Flow",
        stock="Stock",
        nature="Nature",
        population="Population",
        scope="Scope",
        period="Period or date",
        records="Records",
        table="Table {}",
        note="Note: {}",
        column="{} ({})",
        institution="Degree-granting institution (seal)",
        year="Report year",
        census="Census date",
        edition="Edition",
        generated="Generated on",
        year_value="{}",
        edition_value="{}",
    ),
}


def labels_of(language: Language) -> Labels:
    """The fixed words of a language."""
    return _LABELS[language]


def written_date(language: Language, day: date | datetime) -> str:
    """A date in full: 2023 年 12 月 31 日, 31 December 2023."""
    if language == "zh":
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def column_title(language: Language, column: Column) -> str:
    """The title of a column with its unit in brackets."""
    words = labels_of(language)
    return words.column.format(column.title, column.unit) if column.unit else column.title


def nature_of(language: Language, entry: FigureEntry) -> str:
    """Flow or stock in words."""
    words = labels_of(language)
    return words.flow if entry.nature == "flow" else words.stock


def cover_lines(document: Document) -> tuple[tuple[str, str], ...]:
    """The labelled lines of the cover: the document's own, then year, census date and edition."""
    words = labels_of(document.language)
    return (
        (words.institution, document.institution),
        *((line.label, line.value) for line in document.cover),
        (words.year, words.year_value.format(document.year)),
        (words.census, written_date(document.language, document.census_on)),
        (words.edition, words.edition_value.format(document.edition)),
        (words.generated, written_date(document.language, document.generated_at)),
    )


def annex_columns(language: Language) -> tuple[Column, ...]:
    """Heads of the annex table."""
    words = labels_of(language)
    return (
        Column(words.figure),
        Column(words.key),
        Column(words.value, "end"),
        Column(words.unit),
        Column(words.nature),
        Column(words.population),
        Column(words.scope),
        Column(words.period),
        Column(words.records, "end"),
    )


def annex_cells(language: Language, entry: FigureEntry) -> tuple[str, ...]:
    """The cells of a line of the annex after its name and key; an unknown value is a dash."""
    return (
        entry.value or "—",
        entry.unit or "—",
        nature_of(language, entry),
        entry.population,
        entry.scope,
        entry.period,
        "—" if entry.records is None else f"{entry.records:,}",
    )
