"""A postdoctoral station and what it was prepared with."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Enum, Int, Subject

STATION = Subject(
    columns={
        "event_on": Date(),
        "kind": Enum("mobile", "workstation", "branch", "practice_base"),
        "phase": Enum(
            "need",
            "preparing",
            "demonstrated",
            "submitted",
            "approved",
            "open",
            "rectifying",
            "closed",
            "dropped",
        ),
        "has_doctoral_right": Bool(),
        "graduated_cohorts": Int(0, 200),
        "doctoral_supervisors": Int(0, 100_000),
        # Of the doctoral supervisors of the discipline, running on the day.
        "national_projects": Int(0, 100_000),
        "projects": Int(0, 100_000),
        # Of the doctoral supervisors of the discipline, out in the five years up to the day.
        "papers": Int(0, 1_000_000),
        "money_cny": Int(0, 10**12),
        "has_demonstration": Bool(),
        "has_two_offices": Bool(),
        "has_partner": Bool(),
    },
    dates={"event": "event_on"},
    units={
        "doctoral_supervisors": "person",
        "national_projects": "item",
        "projects": "item",
        "papers": "item",
        "money_cny": "CNY",
    },
    gates=("opening",),
    titles={
        "": ("博士后站", "postdoctoral station"),
        "event_on": ("核查日期", "date of the check"),
        "kind": ("类别", "kind"),
        "kind.mobile": ("流动站", "mobile station"),
        "kind.workstation": ("工作站", "workstation"),
        "kind.branch": ("分站", "branch station"),
        "kind.practice_base": ("创新实践基地", "innovation practice base"),
        "phase": ("状态", "state"),
        "phase.need": ("提出需求", "needed"),
        "phase.preparing": ("筹备", "being prepared"),
        "phase.demonstrated": ("已论证", "demonstrated before experts"),
        "phase.submitted": ("已申报", "submitted"),
        "phase.approved": ("已批准", "approved"),
        "phase.open": ("运行", "open"),
        "phase.rectifying": ("整改", "to be rectified"),
        "phase.closed": ("已撤销", "closed"),
        "phase.dropped": ("不再申报", "not pursued"),
        "has_doctoral_right": ("博士学位授予权", "right to grant the doctorate"),
        "graduated_cohorts": ("已毕业博士生届数", "cohorts of doctors graduated"),
        "doctoral_supervisors": ("博士生导师人数", "doctoral supervisors"),
        "national_projects": ("在研国家级项目数", "running national projects"),
        "projects": ("在研项目数", "running projects"),
        "papers": ("近五年论文数", "papers of the last five years"),
        "money_cny": ("在研项目经费", "money of the running projects"),
        "has_demonstration": ("专家论证情况", "demonstration before experts"),
        "has_two_offices": ("两个责任部门", "two owning offices"),
        "has_partner": ("合作单位", "partner"),
    },
)
