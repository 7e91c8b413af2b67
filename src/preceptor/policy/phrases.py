"""The phrases that explanations are made of, in both languages."""

from __future__ import annotations

from preceptor.policy.text import Text, fill

PHRASES: dict[str, Text] = {
    "unknown": Text("未知", "unknown"),
    # What is special in a proposed example.
    "told": Text("{name}：{value}", "{name}: {value}"),
    "is_unknown": Text("{name}未知", "{name} not known"),
    "one_row": Text("{number} 行", "{number} row"),
    "many_rows": Text("{number} 行", "{number} rows"),
    "rows_with": Text("{rows}（{cells}）", "{rows} ({cells})"),
    "as_base": Text("与基础记录相同", "as the base record"),
    "not_held": Text("尚无", "not yet"),
    "none": Text("无", "none"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "range": Text("{low}–{high}", "{low} to {high}"),
    "age": Text("{years} 岁 {months} 个月", "{years} years and {months} months"),
    "age_one": Text("{years} 岁 {months} 个月", "{years} years and {months} month"),
    "comma": Text("、", ", "),
    "or": Text(" 或 ", " or "),
    "semicolon": Text("；", "; "),
    "entry": Text("{key} {value}", "{key} {value}"),
    "row_number": Text("第 {number} 行", "row {number}"),
    "uncertain_row": Text("{row}（待定）", "{row} (open)"),
    # A whole explanation: what is so, what is needed, what is missing, where it stands.
    "sentence": Text("{text}。", "{text}."),
    "sources": Text("{text}{citation}。", "{text} {citation}."),
    "set_below": Text("{citation}；{layer}规定：{other}", "{citation}; {layer}: {other}"),
    "missing": Text("缺少：{names}", "not recorded: {names}"),
    "cell": Text("{row}的{column}", "{column} of {row}"),
    "no_value": Text("{name}（该日期尚无取值）", "{name} (no value on that date)"),
    "no_row": Text("{name}（尚无记录）", "{name} (nothing recorded yet)"),
    # What would make it pass.
    "more": Text("还差 {amount}", "{amount} more needed"),
    "fewer": Text("须减少 {amount}", "{amount} fewer needed"),
    "less": Text("须减少 {amount}", "{amount} less needed"),
    "points_more": Text("还差 {amount} 个百分点", "{amount} percentage points more needed"),
    "points_fewer": Text("须降低 {amount} 个百分点", "{amount} percentage points less needed"),
    "at_least": Text("至少{change}", "at least {change}"),
    "none_left": Text("{name}须为 0", "there must be no {name}"),
    "to_reach": Text("{change}（达到 {goal}）", "{change} (to reach {goal})"),
    "named": Text("{name}：{change}", "{name}: {change}"),
    "must_be": Text("{name}须为 {value}", "{name} must be {value}"),
    "must_not_be": Text("{name}不得为 {value}", "{name} must not be {value}"),
    "must_be_among": Text("{name}须为 {value} 之一", "{name} must be one of {value}"),
    "must_not_be_among": Text("{name}不得为 {value} 之一", "{name} must not be one of {value}"),
    "not_after": Text("{left}不得晚于{right}", "{left} must not be later than {right}"),
    "before": Text("{left}须早于{right}", "{left} must be before {right}"),
    "same_as": Text("{left}须与{right}相同", "{left} must be the same as {right}"),
    "not_same_as": Text("{left}不得与{right}相同", "{left} must not be the same as {right}"),
    "by_time": Text("到 {day} 自然满足", "met on {day} by time alone"),
    # Why a rule does not concern a record.
    "not_yet": Text("本规则自 {day} 起施行", "the rule is in force from {day}"),
    "no_longer": Text("本规则施行至 {day}", "the rule was in force until {day}"),
    "not_concerned": Text("不适用：{reason}", "Does not apply: {reason}"),
    "observed": Text("{name}为{value}", "{name} is {value}"),
    # Which date a rule was judged by.
    "planned_used": Text(
        "尚无实际日期，按计划日期 {day} 判断",
        "no date of the event yet: judged by the planned date {day}",
    ),
    "today_used": Text(
        "尚无实际日期和计划日期，按评估日期 {day} 判断",
        "no date of the event and no planned date: judged by the evaluation date {day}",
    ),
    "no_cohort": Text("年级日期未知", "the cohort date is unknown"),
}


def say(phrase: str, language: str, **values: str) -> str:
    """A phrase in a language with its places filled."""
    return fill(PHRASES[phrase].within(language), **values)


def listed(items: list[str], language: str) -> str:
    """Items in a row; the word for none when there are none."""
    return say("comma", language).join(items) if items else say("none", language)
