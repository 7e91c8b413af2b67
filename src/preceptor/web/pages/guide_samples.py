"""Sample data of the style guide, in both languages, from the invented Yunting Medical University.

A pair of texts is (English, Chinese); `say` chooses. They are data, not texts of the interface,
and so stand here and not in the catalogue of messages.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import get_language

Samples = dict[str, Any]


class Pair(NamedTuple):
    """One text in both languages."""

    english: str
    chinese: str


def say(value: Any) -> Any:
    """Give the same data with each pair replaced by its text in the reader's language."""
    if isinstance(value, Pair):
        return value.chinese if (get_language() or "").startswith("zh") else value.english
    if isinstance(value, dict):
        return {key: say(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [say(inner) for inner in value]
    return value


INTERNAL_MEDICINE = Pair("Internal medicine", "内科学")
SURGERY = Pair("Surgery", "外科学")
FIRST_HOSPITAL = Pair("First Clinical College", "第一临床医学院")
EYE_HOSPITAL = Pair("Eye Hospital", "眼科医院")
FULL_PROFESSOR = Pair("Professor", "教授")
REPORT_PART_FIVE = Pair("Report 2023, part 4(5)", "2023 年度报告 四(五)")
REPORT_PART_FOUR = Pair("Report 2023, part 4(4)2", "2023 年度报告 四(四)2")

REQUIREMENTS = [
    {
        "verdict": "fail",
        "url": "#",
        "title": Pair("At least 24 months of clinical training", "临床能力训练不少于 24 个月"),
        "meter": {
            "value": 19,
            "limit": 24,
            "is_stepped": True,
            "text": Pair("19 of 24 months", "已完成 19 个月，共 24 个月"),
        },
        "missing": Pair("5 months", "还差 5 个月"),
        "remedy": Pair(
            "One rotation in a specialty or as chief resident until 31 May 2024",
            "在专科轮转或担任住院总医师至 2024 年 5 月 31 日",
        ),
        "actor": Pair("Training base secretary", "培训基地秘书"),
        "citation": REPORT_PART_FIVE,
        "citation_url": "#",
        "evidence_mark": "S3",
        "parameters": [
            {
                "title": Pair("Months in all", "总月数"),
                "value": Pair("24 months", "24 个月"),
                "since": Pair("1 Sep 2015", "2015 年 9 月 1 日"),
            },
        ],
    },
    {
        "verdict": "pending",
        "title": Pair("At least 6 months as chief resident", "担任住院总医师不少于 6 个月"),
        "message": Pair(
            "The rotation of March 2023 has no recorded end, so its length is not known.",
            "2023 年 3 月的轮转没有记录结束日期，时长无法确定。",
        ),
        "missing": Pair("The end of one rotation", "一段轮转的结束日期"),
        "remedy": Pair("The training base records it", "由培训基地补录"),
        "citation": REPORT_PART_FIVE,
        "evidence_mark": "R",
    },
    {
        "verdict": "warn",
        "title": Pair("Thesis similarity at most 30 %", "学位论文重复率不超过 30%"),
        "meter": {
            "value": 27.4,
            "limit": 30,
            "scale": 50,
            "text": Pair("27.4 %, ceiling 30 %", "27.4%，上限 30%"),
        },
        "message": Pair(
            "Close to the ceiling: a second check before submission is advised.",
            "接近上限，建议送审前再检测一次。",
        ),
        "citation": Pair("Report 2023, part 4(7)", "2023 年度报告 四(七)"),
        "evidence_mark": "S3",
    },
    {
        "verdict": "pass",
        "title": Pair("Proposal defence passed", "开题通过"),
        "message": Pair("Passed on 12 November 2021.", "2021 年 11 月 12 日通过。"),
        "citation": REPORT_PART_FOUR,
        "evidence_mark": "S3",
    },
    {
        "verdict": "waived",
        "title": Pair("Elective credits", "选修课学分"),
        "message": Pair(
            "Waived until 30 June 2024 by the graduate school, decision no. 2023-41.",
            "研究生院 2023-41 号决定予以豁免，有效期至 2024 年 6 月 30 日。",
        ),
    },
    {
        "verdict": "not_applicable",
        "title": Pair("Foreign language of joint programme", "联合培养项目外语要求"),
        "message": Pair("Only for joint programmes.", "仅适用于联合培养项目。"),
    },
]

TIMELINE = [
    {
        "state": "past",
        "day": Pair("1 Sep 2020", "2020-09-01"),
        "title": Pair("Enrolled", "入学"),
        "text": Pair("Internal medicine, cohort of 2020", "内科学，2020 级"),
    },
    {
        "state": "past",
        "day": Pair("12 Nov 2021", "2021-11-12"),
        "title": Pair("Proposal defence", "开题"),
        "verdict": "pass",
        "url": "#",
    },
    {
        "state": "now",
        "day": Pair("Today", "今天"),
        "title": Pair("In training: cardiology", "在培：心血管内科"),
        "text": Pair("Month 19 of 24", "第 19 个月，共 24 个月"),
    },
    {
        "state": "future",
        "day": Pair("31 May 2024", "2024-05-31"),
        "title": Pair("Clinical training complete", "临床能力训练期满"),
        "text": Pair("If the training goes on without a break", "如训练不中断"),
    },
    {
        "state": "future",
        "day": Pair("June 2024", "2024 年 6 月"),
        "title": Pair("Defence at the earliest", "最早可答辩"),
    },
]

STEPS = [
    {
        "state": "done",
        "title": Pair("Proposal", "开题"),
        "note": Pair("12 Nov 2021", "2021-11-12"),
        "url": "#",
    },
    {
        "state": "failed",
        "title": Pair("Mid-term, first attempt", "中期考核（第一次）"),
        "note": Pair("9 Nov 2022", "2022-11-09"),
    },
    {
        "state": "done",
        "title": Pair("Mid-term, second attempt", "中期考核（第二次）"),
        "note": Pair("10 May 2023", "2023-05-10"),
    },
    {
        "state": "now",
        "title": Pair("Clinical examination", "临床能力考核"),
        "note": Pair("due by 31 May 2024", "应于 2024-05-31 前完成"),
    },
    {"state": "ahead", "title": Pair("Pre-defence", "预答辩")},
    {"state": "ahead", "title": Pair("Defence", "答辩")},
]

COLUMNS: list[dict[str, Any]] = [
    {"title": Pair("Trainee", "研究生"), "sort_url": "#", "direction": "ascending"},
    {"title": Pair("Number", "学号"), "sort_url": "#"},
    {"title": Pair("Direction", "培养方向"), "sort_url": "#"},
    {"title": Pair("Cohort", "年级"), "sort_url": "#", "is_number": True},
    {"title": Pair("Unit", "单位")},
    {"title": Pair("Training", "临床训练"), "is_number": True},
    {"title": Pair("Standing", "达标情况")},
]


def _row(
    name: Pair, number: str, direction: Pair, cohort: str, unit: Pair, months: Pair, verdict: str
) -> list[dict[str, Any]]:
    """Give the cells of one trainee in the order of COLUMNS."""
    texts = [name, number, direction, cohort, unit, months, ""]
    cells: list[dict[str, Any]] = [
        {"text": text, "label": column["title"], "is_number": column.get("is_number", False)}
        for text, column in zip(texts, COLUMNS, strict=True)
    ]
    cells[0] |= {"url": "#"}
    cells[-1] |= {"verdict": verdict}
    return cells


ROWS = [
    _row(
        Pair("Lin Zhiyuan", "林知远"),
        "2020110342",
        INTERNAL_MEDICINE,
        "2020",
        FIRST_HOSPITAL,
        Pair("19 months", "19 个月"),
        "fail",
    ),
    _row(
        Pair("Gu Qingyan", "顾清妍"),
        "2021110118",
        SURGERY,
        "2021",
        FIRST_HOSPITAL,
        Pair("24 months", "24 个月"),
        "pass",
    ),
    _row(
        Pair("Shen Mobai", "沈墨白"),
        "2021110527",
        Pair("Ophthalmology", "眼科学"),
        "2021",
        EYE_HOSPITAL,
        Pair("not known", "未知"),
        "pending",
    ),
    _row(
        Pair("Ouyang Ruoxi", "欧阳若曦"),
        "2022110064",
        Pair("Anaesthesiology", "麻醉学"),
        "2022",
        Pair("Second Clinical College", "第二临床医学院"),
        Pair("8 months", "8 个月"),
        "warn",
    ),
    _row(
        Pair("Tang Jingshu", "唐静姝"),
        "2019110203",
        INTERNAL_MEDICINE,
        "2019",
        FIRST_HOSPITAL,
        Pair("22 months", "22 个月"),
        "waived",
    ),
]

SEATS = [
    {
        "name": Pair("Han Mingche", "韩明澈"),
        "role": Pair("Chair", "主席"),
        "title": FULL_PROFESSOR,
        "unit": Pair("Linhai Medical University", "临海医科大学"),
        "is_external": True,
        "verdict": "pass",
    },
    {
        "name": Pair("Jiang Wanqing", "江晚晴"),
        "role": Pair("Member", "委员"),
        "title": FULL_PROFESSOR,
        "unit": FIRST_HOSPITAL,
        "verdict": "pass",
    },
    {
        "name": Pair("Fang Shuyu", "方叔玉"),
        "role": Pair("Member", "委员"),
        "title": None,
        "unit": EYE_HOSPITAL,
        "verdict": "pending",
        "note": Pair("No title recorded for 9 June 2023", "2023-06-09 无职称记录"),
    },
    {
        "name": Pair("Qi Lan", "齐岚"),
        "role": Pair("Member", "委员"),
        "title": Pair("Associate professor", "副教授"),
        "unit": FIRST_HOSPITAL,
        "verdict": "fail",
        "note": Pair("Full professor required", "应为教授或相当职称"),
    },
]

PREVIEW = [
    {
        "kind": "new",
        "subject": Pair("Lu Yunfan", "陆云帆"),
        "sheet": "2023级",
        "row": 18,
        "column": "",
        "message": Pair("Enrolment of 2023, surgery", "2023 级外科学学籍"),
    },
    {
        "kind": "changed",
        "subject": Pair("Gu Qingyan", "顾清妍"),
        "sheet": "2021级",
        "row": 42,
        "column": "导师",
        "before": Pair("Jiang Wanqing", "江晚晴"),
        "after": Pair("Han Mingche", "韩明澈"),
    },
    {
        "kind": "refused",
        "subject": Pair("Row without a number", "无学号的行"),
        "sheet": "2022级",
        "row": 107,
        "column": "学号",
        "message": Pair(
            "The student number is missing. Enter it in the workbook and upload again.",
            "缺少学号。请在工作簿中补填后重新上传。",
        ),
    },
]

BARS = [
    {"label": INTERNAL_MEDICINE, "value": 128, "text": "128", "url": "#"},
    {"label": SURGERY, "value": 117, "text": "117", "url": "#"},
    {"label": Pair("Oncology", "肿瘤学"), "value": 86, "text": "86", "url": "#"},
    {"label": Pair("Obstetrics", "妇产科学"), "value": 41, "text": "41", "url": "#"},
    {"label": Pair("Geriatrics", "老年医学"), "value": 6, "text": "6", "url": "#"},
]

STATS = [
    {"label": Pair("Enrolled", "在读"), "value": "613", "url": "#", "unit": Pair("trainees", "人")},
    {"label": Pair("Supervisors", "导师"), "value": "283", "url": "#", "unit": Pair("", "人")},
    {
        "label": Pair("Admitted", "录取率"),
        "value": "46.84",
        "unit": "%",
        "url": "#",
        "note": Pair("230 of 491 applicants", "491 人报考，录取 230 人"),
    },
    {
        "label": Pair("Degrees", "授予学位"),
        "value": "375",
        "url": "#",
        "note": Pair("in 2023", "2023 年"),
    },
    {
        "label": Pair("Employment", "就业率"),
        "value": None,
        "note": Pair("waits for destinations", "待就业去向数据"),
    },
]

DEFINITIONS = [
    {"term": Pair("Student number", "学号"), "value": "2020110342"},
    {"term": Pair("Direction", "培养方向"), "value": INTERNAL_MEDICINE, "url": "#"},
    {
        "term": Pair("Supervisor", "导师"),
        "value": Pair("Jiang Wanqing", "江晚晴"),
        "note": Pair("since 1 September 2020", "自 2020 年 9 月 1 日起"),
    },
    {"term": Pair("Expected end", "预计结业"), "value": None},
]

SAMPLES: Samples = {
    "person": Pair("Lin Zhiyuan", "林知远"),
    "person_note": Pair("2020110342, internal medicine", "2020110342，内科学"),
    "lead": Pair(
        "4 of 6 requirements are settled. Five months of clinical training are missing.",
        "六项要求中四项已落实，临床能力训练还差五个月。",
    ),
    "lead_next": Pair(
        "Next: the training base records your rotation in cardiology, by 31 December.",
        "下一步：培训基地在 12 月 31 日前登记心血管内科轮转。",
    ),
    "verdicts": ["pass", "fail", "pending", "warn", "not_applicable", "waived"],
    "requirements": REQUIREMENTS,
    "timeline": TIMELINE,
    "timeline_label": Pair("Course of the training", "培养进程"),
    "steps": STEPS,
    "steps_label": Pair("Milestones", "培养环节"),
    "columns": COLUMNS,
    "rows": ROWS,
    "seats": SEATS,
    "seats_caption": Pair("Defence of 9 June 2023", "2023 年 6 月 9 日答辩"),
    "preview": PREVIEW,
    "bars": BARS,
    "bars_title": Pair("Enrolled by direction", "各方向在读人数"),
    "stats": STATS,
    "definitions": DEFINITIONS,
    "counts": {
        "pass": 408,
        "fail": 61,
        "pending": 97,
        "warn": 22,
        "not_applicable": 18,
        "waived": 7,
    },
    "crumbs": [
        {"title": Pair("Trainees", "研究生"), "url": "#"},
        {"title": FIRST_HOSPITAL, "url": "#"},
    ],
    "count_text": Pair("10,000+ trainees", "10,000+ 人"),
    "chips": [
        {"title": Pair("Unit", "单位"), "value": FIRST_HOSPITAL, "url": "#"},
        {"title": Pair("Cohort", "年级"), "value": "2023", "url": "#"},
    ],
    "range_text": Pair("50 a page", "每页 50 条"),
    "tabs": [
        {"title": Pair("Standing", "达标情况"), "url": "#", "is_current": True},
        {"title": Pair("Rotations", "轮转"), "url": "#", "count": 7},
        {"title": Pair("Courses", "课程"), "url": "#", "count": 9},
        {"title": Pair("Thesis", "学位论文"), "url": "#"},
        {"title": Pair("Changes", "变更记录"), "url": "#", "count": 23},
    ],
    "tabs_label": Pair("Parts of the record", "档案各部分"),
    "filter_labels": [
        Pair("Name or number", "姓名或学号"),
        Pair("Unit", "单位"),
        Pair("Cohort", "年级"),
        Pair("Verdict", "结论"),
    ],
    "unit_choices": [("1", FIRST_HOSPITAL), ("2", EYE_HOSPITAL)],
    "verdict_choices": [("", Pair("All", "全部")), ("fail", Pair("Not met", "未达到"))],
    "reason_text": Pair("Family illness", "家庭成员患病"),
    "entry_texts": {
        "reason": (
            Pair("Reason", "原因"),
            Pair("One sentence; it stands in the journal.", "一句话，将记入日志。"),
        ),
        "begins_on": (Pair("Suspended from", "休学起始日"), ""),
        "paper": (Pair("Paper of the decision", "批文号"), ""),
        "confirmed": (Pair("The trainee was told", "已告知研究生"), ""),
        "workbook": (
            Pair("Office workbook", "办公室工作簿"),
            Pair("One .xlsx file, at most 20 MB", "一个 .xlsx 文件，不超过 20 MB"),
        ),
    },
    "date_error": Pair(
        "There is no 30 February 2023. Enter a day of the calendar.",
        "2023 年 2 月没有 30 日，请填写实际存在的日期。",
    ),
    "refusal": Pair(
        "Only the graduate school may award; your role covers the First Clinical College.",
        "只有研究生院可以授予学位；您的权限范围是第一临床医学院。",
    ),
    "suspend": Pair("Suspend", "休学"),
    "award": Pair("Award the degree", "授予学位"),
    "export": Pair("Export", "导出"),
    "withdraw": Pair("Withdraw", "退学"),
    "dialog_text": Pair(
        "The enrolment of Lin Zhiyuan is suspended from the day you name. It can be resumed.",
        "林知远的学籍自所填日期起休学，之后可以复学。",
    ),
    "jobs": [
        {
            "title": Pair("Freezing the census of 31 Dec 2023", "冻结 2023-12-31 数据快照"),
            "state": "running",
            "done": 418,
            "total": 613,
            "note": Pair("418 of 613 records", "已处理 418 条，共 613 条"),
        },
        {
            "title": Pair("Yearly report 2023", "2023 年度报告"),
            "state": "done",
            "note": Pair("Ready since 14:02", "14:02 完成"),
            "result_url": "#",
            "result_title": Pair("Open the report", "打开报告"),
        },
    ],
    "empty_title": Pair("No trainee matches", "没有符合条件的研究生"),
    "empty_text": Pair("Remove a filter, or search by number.", "请减少筛选条件，或按学号查找。"),
    "empty_link": Pair("Clear the filters", "清除筛选"),
    "notices": [
        {"level": "success", "text": Pair("The suspension was recorded.", "休学已登记。")},
        {
            "level": "warning",
            "title": Pair("Twelve rows were refused", "十二行被拒绝"),
            "text": Pair("The other 601 were taken.", "其余 601 行已导入。"),
        },
        {
            "level": "error",
            "text": Pair(
                "This file is not a workbook: save it as .xlsx and upload it again.",
                "该文件不是工作簿，请另存为 .xlsx 后重新上传。",
            ),
        },
        {
            "level": "info",
            "text": Pair("The census of 2023 is frozen.", "2023 年数据快照已冻结。"),
        },
    ],
    "sentence_start": Pair("At the end of 2023", "2023 年底在读"),
    "sentence_end": Pair("trainees were enrolled.", "人。"),
    "marks": ["S3", "A", "B", "C", "D", "R"],
    "names": ["林知远", "欧阳若曦", "Adaeze Okonkwo", ""],
    "disclosure_title": Pair("How this is counted", "如何计算"),
    "disclosure_text": Pair(
        "Months of specialty, chief resident and equivalent posts; a month counts once.",
        "专科、住院总医师及相当岗位的月数；同一个月只计一次。",
    ),
}
