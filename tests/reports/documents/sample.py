"""A whole report of the demo institution in both languages, from invented records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from preceptor.reports.documents.model import (
    Block,
    BulletList,
    Chapter,
    Column,
    CoverLine,
    Document,
    FigureEntry,
    FigureNumber,
    Language,
    Paragraph,
    Run,
    Runs,
    Section,
    Table,
    Text,
    Waiting,
    runs,
)
from preceptor.reports.documents.numbering import chapter_number, section_number

SITE = "https://preceptor.yunting.example"

# code, Chinese, English, supervisors, external, applicants, admitted, enrolled
DIRECTIONS = (
    ("105101", "内科学", "Internal medicine", 44, 15, 71, 33, 89),
    ("105102", "儿科学", "Paediatrics", 2, 1, 4, 2, 6),
    ("105103", "老年医学", "Geriatrics", 2, 1, 4, 2, 6),
    ("105104", "神经病学", "Neurology", 9, 3, 17, 8, 20),
    ("105105", "精神病与精神卫生学", "Psychiatry and mental health", 4, 1, 9, 4, 10),
    ("105106", "皮肤病与性病学", "Dermatology and venereology", 5, 2, 11, 5, 12),
    ("105107", "急诊医学", "Emergency medicine", 8, 3, 15, 7, 18),
    ("105108", "重症医学", "Critical care medicine", 9, 3, 17, 8, 20),
    ("105109", "全科医学", "General practice", 7, 2, 13, 6, 16),
    ("105110", "康复医学与理疗学", "Rehabilitation and physiotherapy", 7, 2, 13, 6, 16),
    ("105111", "外科学", "Surgery", 43, 15, 68, 32, 88),
    ("105112", "儿外科学", "Paediatric surgery", 5, 2, 11, 5, 12),
    ("105113", "骨科学", "Orthopaedics", 20, 7, 34, 16, 42),
    ("105115", "妇产科学", "Obstetrics and gynaecology", 5, 2, 11, 5, 12),
    ("105116", "眼科学", "Ophthalmology", 10, 4, 17, 8, 22),
    ("105117", "耳鼻咽喉科学", "Otorhinolaryngology", 9, 3, 15, 7, 20),
    ("105118", "麻醉学", "Anaesthesiology", 3, 1, 6, 3, 8),
    ("105119", "临床病理", "Clinical pathology", 10, 4, 17, 8, 22),
    ("105120", "临床检验诊断学", "Laboratory diagnostics", 10, 3, 17, 8, 22),
    ("105121", "肿瘤学", "Oncology", 30, 10, 49, 23, 62),
    ("105122", "放射肿瘤学", "Radiation oncology", 12, 4, 21, 10, 26),
    ("105123", "放射影像学", "Radiology", 9, 3, 15, 7, 20),
    ("105124", "超声医学", "Ultrasound medicine", 12, 4, 21, 10, 26),
    ("105125", "核医学", "Nuclear medicine", 8, 3, 15, 7, 18),
)

# key, Chinese name, English name, unit zh, unit en, nature, population zh, population en
TOTALS = {
    "enrolled": ("trainees.enrolled", "在学博士生", "Doctoral trainees enrolled", "人", "persons", "stock", "临床医学博士生", "Doctoral trainees"),
    "intake": ("admission.admitted", "录取人数", "Admitted", "人", "persons", "flow", "博士招生报考者", "Applicants"),
    "applicants": ("admission.applicants", "报考人数", "Applicants", "人", "persons", "flow", "博士招生报考者", "Applicants"),
    "rate": ("admission.rate", "录取率", "Admission rate", "%", "%", "flow", "博士招生报考者", "Applicants"),
    "own": ("admission.own", "本校生源", "Own graduates admitted", "人", "persons", "flow", "录取者", "Admitted"),
    "other": ("admission.other", "外校生源", "Graduates of others admitted", "人", "persons", "flow", "录取者", "Admitted"),
    "degrees": ("degrees.awarded", "授予博士学位", "Doctoral degrees awarded", "人", "persons", "flow", "学位获得者", "Degree holders"),
    "supervisors": ("supervisors.qualified", "博士生导师", "Doctoral supervisors", "人", "persons", "stock", "具有导师资格者", "Qualified supervisors"),
    "external": ("supervisors.external", "校外导师", "External supervisors", "人", "persons", "stock", "具有导师资格者", "Qualified supervisors"),
    "ratio": ("trainees.per_supervisor", "生师比", "Trainees per supervisor", "", "", "stock", "在学博士生与导师", "Trainees and supervisors"),
    "directions": ("directions.active", "培养方向", "Directions", "个", "directions", "stock", "培养方向", "Directions"),
    "colleges": ("colleges.clinical", "临床学院", "Clinical colleges", "个", "colleges", "stock", "单位隶属关系", "Unit relations"),
    "clinical": ("training.clinical.met", "临床训练达标", "Clinical training met", "人", "persons", "stock", "应届博士生", "Final-year trainees"),
    "chief": ("training.chief.met", "住院总医师训练达标", "Chief residency met", "人", "persons", "stock", "应届博士生", "Final-year trainees"),
    "similarity": ("thesis.similarity.passed", "查重通过", "Similarity check passed", "篇", "theses", "flow", "博士学位论文", "Doctoral theses"),
}  # fmt: skip

VALUES = {
    "enrolled": "613",
    "intake": "230",
    "applicants": "491",
    "rate": "46.84",
    "own": "147",
    "other": "83",
    "degrees": "375",
    "supervisors": "283",
    "external": "98",
    "ratio": "2.2",
    "directions": "24",
    "colleges": "19",
    "clinical": "158",
    "chief": "156",
    "similarity": "374",
}

COURSES = (
    ("医学科研方法与统计", "Research methods and statistics", 54, 3, "沈翀"),
    ("临床流行病学", "Clinical epidemiology", 36, 2, "陆喆"),
    ("医学伦理与科研诚信", "Medical ethics and research integrity", 18, 1, "苏玥婳"),
    ("临床思维与循证实践", "Clinical reasoning and evidence", 36, 2, "秦砚舟"),
    ("医学英语学术写作", "Academic writing in English", 72, 4, "顾昭宁"),
    ("中国马克思主义与当代", "Marxism in contemporary China", 36, 2, "温以宁"),
    ("专业课", "Course of the direction", 54, 3, "各方向导师组"),
)


class Sample:
    """Builds the sample in one language; collects the annex while numbers are printed."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.entries: dict[str, FigureEntry] = {}

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def period(self, nature: str) -> str:
        if nature == "stock":
            return "2023-12-31"
        return self.say("2023-01-01 至 2023-12-31", "2023-01-01 to 2023-12-31")

    def total(self, name: str, *, strong: bool = False) -> FigureNumber:
        key, zh, en, unit_zh, unit_en, nature, people_zh, people_en = TOTALS[name]
        return self.number(
            key,
            VALUES[name],
            self.say(zh, en),
            self.say(unit_zh, unit_en),
            "flow" if nature == "flow" else "stock",
            self.say(people_zh, people_en),
            self.say("临床医学学位点", "Degree point of clinical medicine"),
            strong=strong,
        )

    def number(
        self,
        key: str,
        value: str,
        name: str,
        unit: str,
        nature: Literal["flow", "stock"],
        population: str,
        scope: str,
        *,
        anchor: str = "",
        strong: bool = False,
    ) -> FigureNumber:
        anchor = anchor or key
        url = f"/reports/2023/figures/{anchor}/"
        self.entries[anchor] = FigureEntry(
            key=key,
            name=name,
            value=value,
            unit=unit,
            nature=nature,
            population=population,
            scope=scope,
            period=self.period(nature),
            records=int(value) if value.isdigit() else 613,
            url=url,
            anchor=anchor,
        )
        return FigureNumber(
            key, value, url=url, unit=unit, note=self.period(nature), anchor=anchor, strong=strong
        )

    def paragraph(self, zh: tuple[str | Run, ...], en: tuple[str | Run, ...]) -> Paragraph:
        return Paragraph(runs(*(zh if self.language == "zh" else en)))

    def waiting(self, zh: str, en: str) -> Waiting:
        return Waiting(self.say(f"本节待{zh}建成后由系统生成。", f"This section waits for {en}."))

    def section(
        self,
        chapter: int,
        place: int,
        zh: str,
        en: str,
        *blocks: Block,
        part: int = 0,
    ) -> Section:
        number = section_number(self.language, chapter, place, part)
        return Section(number, self.say(zh, en), blocks, 3 if part else 2)

    def by_direction(self, place: int, kind: str, code: str, scope: str) -> Runs:
        key, zh, en, unit_zh, unit_en, nature, people_zh, people_en = TOTALS[kind]
        row = next(row for row in DIRECTIONS if row[0] == code)
        return (
            self.number(
                key,
                str(row[place]),
                self.say(zh, en),
                self.say(unit_zh, unit_en),
                "flow" if nature == "flow" else "stock",
                self.say(people_zh, people_en),
                scope,
                anchor=f"{key}@{code}",
            ),
        )

    def directions(self) -> Table:
        unit = self.say("人", "persons")
        rows = []
        for code, zh, en, *_ in DIRECTIONS:
            name = self.say(zh, en)
            counts = (
                self.by_direction(3, "supervisors", code, name),
                self.by_direction(4, "external", code, name),
                self.by_direction(7, "enrolled", code, name),
            )
            rows.append((runs(code), runs(name), *counts))
        totals = tuple(
            (self.total(name, strong=True),) for name in ("supervisors", "external", "enrolled")
        )
        rows.append((runs(Text(self.say("合计", "Total"), strong=True)), (), *totals))
        return Table(
            columns=(
                Column(self.say("代码", "Code")),
                Column(self.say("培养方向", "Direction")),
                Column(self.say("导师", "Supervisors"), "end", unit),
                Column(self.say("其中校外", "External"), "end", unit),
                Column(self.say("在学", "Enrolled"), "end", unit),
            ),
            rows=tuple(rows),
            caption=self.say("培养方向、导师与在学博士生", "Directions, supervisors and trainees"),
            note=self.say(
                "统计时点 2023 年 12 月 31 日；骨科学自 2023 年 7 月 1 日起单列。",
                "as of 31 December 2023; orthopaedics is a direction of its own since 1 July 2023.",
            ),
            total=True,
        )

    def admissions(self) -> Table:
        rows = []
        for code, zh, en, *_ in DIRECTIONS:
            name = self.say(zh, en)
            counts = (
                self.by_direction(5, "applicants", code, name),
                self.by_direction(6, "intake", code, name),
            )
            rows.append((runs(code), runs(name), *counts))
        total = (runs(Text(self.say("合计", "Total"), strong=True)), ())
        rows.append((*total, (self.total("applicants"),), (self.total("intake"),)))
        unit = self.say("人", "persons")
        return Table(
            columns=(
                Column(self.say("代码", "Code")),
                Column(self.say("培养方向", "Direction")),
                Column(self.say("报考", "Applicants"), "end", unit),
                Column(self.say("录取", "Admitted"), "end", unit),
            ),
            rows=tuple(rows),
            caption=self.say(
                "2023 年分方向报考与录取", "Applicants and admitted by direction, 2023"
            ),
            total=True,
        )

    def courses(self) -> Table:
        return Table(
            columns=(
                Column(self.say("课程", "Course")),
                Column(self.say("学时", "Hours"), "end"),
                Column(self.say("学分", "Credits"), "end"),
                Column(self.say("主讲教师", "Teacher")),
            ),
            rows=tuple(
                (runs(self.say(zh, en)), runs(str(hours)), runs(str(credits)), runs(teacher))
                for zh, en, hours, credits, teacher in COURSES
            ),
            caption=self.say("必修课程", "Required courses"),
        )

    def reconciliation(self) -> Table:
        say = self.say
        return Table(
            columns=(
                Column(say("指标", "Figure")),
                Column(say("报告值", "Reported"), "end"),
                Column(say("各单位合计", "Sum of units"), "end"),
                Column(say("差额", "Remainder"), "end"),
                Column(say("说明", "Remark")),
            ),
            rows=(
                (
                    runs(say("在学博士生", "Doctoral trainees enrolled")),
                    (self.total("enrolled"),),
                    runs("613"),
                    runs("0"),
                    runs(say("一致", "Agrees")),
                ),
                (
                    runs(say("博士生导师", "Doctoral supervisors")),
                    (self.total("supervisors"),),
                    runs("290"),
                    runs("−7"),
                    runs(
                        say(
                            "7 人同时受聘于两家医院，按单位各计一次，全校只计一次。",
                            "Seven are engaged by two hospitals: each hospital counts them, the university once.",
                        )
                    ),
                ),
            ),
            caption=say("数据核对", "Reconciliation"),
        )

    def first(self) -> Chapter:
        t = self.total
        return Chapter(
            chapter_number(self.language, 1),
            self.say("基本情况", "Basic situation"),
            blocks=(
                self.paragraph(
                    ("云汀医科大学临床医学博士专业学位授权点依托 ", t("colleges"), " 个临床学院开展培养，现设 ", t("directions"), " 个培养方向。本年度录取博士生 ", t("intake"), " 人，授予博士学位 ", t("degrees"), " 人；截至统计时点，在学博士生 ", t("enrolled"), " 人，博士生导师 ", t("supervisors"), " 人，生师比 ", t("ratio"), "。"),
                    ("The degree point of clinical medicine at Yunting Medical University trains in ", t("colleges"), " clinical colleges and ", t("directions"), " directions. In the year ", t("intake"), " trainees were admitted and ", t("degrees"), " doctoral degrees awarded. On the census date ", t("enrolled"), " trainees were enrolled with ", t("supervisors"), " supervisors, ", t("ratio"), " trainees to a supervisor."),
                ),
                self.paragraph(
                    ("培养工作按学校、学院、教研室三级管理，统计口径以学位点为准；凡涉及全校或单个医院的数据，均在附录中注明统计范围。",),
                    ("Training is run by the university, the colleges and the teaching offices. Figures speak of the degree point; where they speak of the university or of one hospital, the annex says so.",),
                ),
                self.directions(),
            ),
        )  # fmt: skip

    def second(self) -> Chapter:
        return Chapter(
            chapter_number(self.language, 2),
            self.say("目标与标准", "Goals and standard"),
            (
                self.section(
                    2,
                    1,
                    "培养目标",
                    "Training goals",
                    self.paragraph(
                        ("面向临床一线，培养能够独立处理本学科常见病和部分疑难病症、具备从事临床研究能力的高层次医师。",),
                        ("Physicians who treat the common and part of the difficult diseases of their field on their own and who can do clinical research.",),
                    ),
                ),
                self.section(
                    2,
                    2,
                    "学位标准",
                    "Degree standard",
                    BulletList(
                        (
                            runs(self.say("临床能力训练不少于 24 个月；", "at least 24 months of clinical training;")),
                            runs(self.say("担任住院总医师不少于 6 个月；", "at least 6 months as chief resident;")),
                            runs(self.say("学位论文总文字复制比不超过 30%，并全部实行匿名评阅。", "a similarity rate of the thesis of at most 30 %, and anonymous review of every thesis.")),
                        )
                    ),
                ),
            ),
        )  # fmt: skip

    def third(self) -> Chapter:
        t = self.total
        hospitals = (
            ("总医院", "General Hospital"),
            ("肿瘤医院", "Cancer Hospital"),
            ("第二医院", "Second Hospital"),
            ("眼科医院", "Eye Hospital"),
            ("代谢病医院", "Metabolic Hospital"),
            ("精神卫生中心", "Mental Health Centre"),
        )
        waiting = self.waiting(
            "科研项目、论文与平台登记", "the registers of projects, papers and platforms"
        )
        return Chapter(
            chapter_number(self.language, 3),
            self.say("基本条件", "Basic conditions"),
            (
                self.section(3, 1, "培养方向", "Directions", self.paragraph(("现设培养方向 ", t("directions"), " 个，名称与代码见表 1。",), ("There are ", t("directions"), " directions; Table 1 lists them with their codes."))),
                self.section(3, 2, "培养特色", "Features", self.waiting("各单位文字材料报送功能", "the texts that the units submit")),
                self.section(3, 3, "师资队伍", "Staff", self.paragraph(("博士生导师 ", t("supervisors"), " 人，其中校外导师 ", t("external"), " 人。"), ("There are ", t("supervisors"), " doctoral supervisors, ", t("external"), " of them external."))),
                self.section(3, 4, "科学研究", "Research", waiting),
                self.section(3, 5, "教学科研支撑", "Support", self.waiting("教学用房与平台登记", "the registers of rooms and platforms")),
                *(self.section(3, 5, zh, en, waiting, part=place) for place, (zh, en) in enumerate(hospitals, start=1)),
                self.section(3, 6, "奖助体系", "Funding", self.waiting("奖助发放记录", "the records of stipends and scholarships")),
            ),
        )  # fmt: skip

    def fourth(self) -> Chapter:
        t = self.total
        return Chapter(
            chapter_number(self.language, 4),
            self.say("人才培养", "Training"),
            (
                self.section(
                    4, 1, "招生选拔", "Admission",
                    self.paragraph(
                        ("2023 年报考 ", t("applicants"), " 人，录取 ", t("intake"), " 人，录取率 ", t("rate"), "%；录取者中本校生源 ", t("own"), " 人，外校生源 ", t("other"), " 人。"),
                        ("In 2023 there were ", t("applicants"), " applicants, of whom ", t("intake"), " were admitted (", t("rate"), " %): ", t("own"), " own graduates and ", t("other"), " of other universities."),
                    ),
                    self.admissions(),
                ),
                self.section(4, 2, "思政教育", "Moral and ideological education", self.waiting("思政活动登记", "the register of activities")),
                self.section(4, 3, "课程教学", "Courses", self.paragraph(("必修课程见下表。教材坚持“凡编必审、凡选必审”。",), ("The required courses are listed below. Every textbook is reviewed before use.",)), self.courses()),
                self.section(4, 4, "导师指导", "Supervision", self.waiting("导师考核与培训记录", "the assessments and training of supervisors")),
                self.section(
                    4, 5, "实践教学", "Clinical practice",
                    self.paragraph(
                        ("应届博士生中临床训练满 24 个月的 ", t("clinical"), " 人，住院总医师训练满 6 个月的 ", t("chief"), " 人。"),
                        ("Of the final-year trainees ", t("clinical"), " have 24 months of clinical training and ", t("chief"), " have 6 months as chief resident."),
                    ),
                ),
                self.section(4, 6, "学术交流", "Exchange", self.waiting("合作协议与学术会议登记", "the registers of agreements and conferences")),
                self.section(4, 7, "论文质量", "Thesis quality", self.paragraph(("全年查重通过 ", t("similarity"), " 篇，匿名评阅覆盖全部学位论文。"), ("In the year ", t("similarity"), " theses passed the similarity check; all were reviewed anonymously."))),
                self.section(4, 8, "质量保证", "Quality assurance", self.waiting("中期考核与督导记录", "the records of mid-term assessment and teaching visits")),
                self.section(4, 9, "学风建设", "Integrity", self.waiting("科研诚信培训记录", "the records of integrity training")),
                self.section(4, 10, "管理服务", "Management", self.waiting("满意度调查", "the surveys")),
                self.section(4, 11, "就业发展", "Employment", self.waiting("毕业去向登记", "the register of destinations")),
            ),
        )  # fmt: skip

    def fifth(self) -> Chapter:
        register = self.waiting(
            "成果转化与社会服务登记", "the registers of translation and of service"
        )
        return Chapter(
            chapter_number(self.language, 5),
            self.say("服务贡献", "Contribution"),
            (
                self.section(5, 1, "科技进步", "Science and technology", register),
                self.section(5, 2, "经济发展", "Economy and health", register),
                self.section(5, 3, "文化建设", "Culture", register),
            ),
        )

    def preface(self) -> Chapter:
        return Chapter(
            "",
            self.say("前言", "Preface"),
            blocks=(
                self.paragraph(
                    ("本报告依据 2023 年 12 月 31 日的统计快照编制。正文中的计算数据均可追溯至原始记录，其口径见附录；尚无记录来源的章节保留标题并注明所待事项。",),
                    ("This report is made from the census of 31 December 2023. Every computed number can be followed to its records, and the annex says what it counts. Sections without records yet stand with their heading and say what they wait for.",),
                ),
            ),
        )  # fmt: skip

    def check(self) -> Chapter:
        return Chapter(
            "",
            self.say("数据核对表", "Reconciliation of the figures"),
            blocks=(self.reconciliation(),),
        )

    def document(self) -> Document:
        chapters = (
            self.preface(), self.first(), self.second(), self.third(), self.fourth(), self.fifth(),
            self.check(),
        )  # fmt: skip
        return Document(
            title=self.say("学位授权点建设年度报告（2023）", "Annual construction report of the degree point, 2023"),
            subtitle=self.say("临床医学博士专业学位（1051）", "Professional doctorate of clinical medicine (1051)"),
            institution=self.say("云汀医科大学", "Yunting Medical University"),
            language=self.language,
            year=2023,
            census_on=date(2023, 12, 31),
            edition=1,
            generated_at=datetime(2024, 3, 8, 9, 30, tzinfo=UTC),
            chapters=chapters,
            annex=tuple(self.entries.values()),
            cover=(
                CoverLine(self.say("授权学科（类别）", "Discipline (category)"), self.say("临床医学　1051", "Clinical medicine, 1051")),
                CoverLine(self.say("授权级别", "Level"), self.say("博士", "Doctorate")),
            ),
            site=SITE,
        )  # fmt: skip


def sample_document(language: Language) -> Document:
    """The sample report in one language."""
    return Sample(language).document()
