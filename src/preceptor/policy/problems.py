"""Every sentence about a fault, in Chinese and English. ``<name>`` is replaced by a value."""

from __future__ import annotations

EXPRESSION = {
    "too_long": (
        "表达式过长（<length> 个字符），最多 <most> 个；请把其中一部分定义为事实。",
        "The expression has <length> characters; the most is <most>. Move a part of it into a fact.",
    ),
    "too_deep": (
        "表达式嵌套过深，最多 <most> 层；请拆分。",
        "The expression is nested deeper than <most> levels. Split it.",
    ),
    "bad_string": (
        "字符串未闭合，或含有引号、反斜线；请写成 'full' 这样的形式。",
        "The string is not closed, or holds a quote or a backslash. Write it like 'full'.",
    ),
    "bad_number": (
        "“<text>”不是数字；请写 12 或 0.30 这样的形式。",
        "'<text>' is not a number. Write it like 12 or 0.30.",
    ),
    "bad_character": (
        "表达式中不能使用字符“<text>”。",
        "The character '<text>' has no meaning here.",
    ),
    "chained_comparison": (
        "比较不能连写；请写成 a <= b && b <= c。",
        "Comparisons do not chain. Write a <= b && b <= c.",
    ),
    "value_expected": (
        "这里应有名称、数字或括号，却是“<found>”。",
        "A name, a number or a bracket belongs here, not '<found>'.",
    ),
    "ends_early": ("表达式不完整。", "The expression ends too early."),
    "end_expected": (
        "表达式到此应结束，却还有“<found>”。",
        "The expression should end before '<found>'.",
    ),
    "number_too_large": (
        "数字过大，或小数超过 9 位。",
        "The number is too large, or has more than 9 decimal places.",
    ),
    "not_a_word": ("本语言没有“<name>”。", "'<name>' is not a word of the language."),
    "no_calls": (
        "规则中没有函数，“<name>”不能调用；汇总请写成事实。",
        "Rules have no functions: '<name>' cannot be called. Write an aggregate as a fact.",
    ),
    "list_too_long": ("列表最多 <most> 项。", "A list has <most> items at most."),
    "not_closed": ("此处缺少“<bracket>”。", "A '<bracket>' is missing here."),
    "not_a_condition": (
        "表达式应为是非判断，结果却是 <type>。",
        "The expression must be true or false, but it is <type>.",
    ),
    "condition_expected": (
        "此处应为是非判断，却是 <type>。",
        "Something true or false belongs here, not <type>.",
    ),
    "list_out_of_place": (
        "列表只能写在 in 的右侧。",
        "A list may stand only to the right of 'in'.",
    ),
    "string_out_of_place": (
        "字符串 '<value>' 只能与枚举值比较。",
        "The string '<value>' can only be compared with an enumeration.",
    ),
    "not_a_scalar": (
        "“<name>”是 <type>，不能直接比较；列表请用 in，映射请用下标。",
        "'<name>' is a <type> and not one value. Use 'in' for a list, an index for a map.",
    ),
    "no_cohort_date": (
        "“<name>”按年级取值，但该对象没有年级日期。",
        "'<name>' is bound to the cohort, but this subject has no cohort date.",
    ),
    "row_name_outside": (
        "“<name>”是列表 <list> 的列，只能用在事实的 where 中。",
        "'<name>' is a column of the list <list>; it can be used only in the 'where' of a fact.",
    ),
    "unknown_name": ("没有名称“<name>”。", "There is no name '<name>'."),
    "not_a_map": ("只有映射参数可以用下标。", "Only a parameter that is a map has an index."),
    "wrong_key": ("下标应为 <wanted>，却是 <type>。", "The index must be <wanted>, not <type>."),
    "number_expected": ("此处应为数字，却是 <type>。", "A number belongs here, not <type>."),
    "string_against": (
        "字符串 '<value>' 不能与 <type> 比较。",
        "The string '<value>' cannot be compared with <type>.",
    ),
    "unknown_value": (
        "没有取值 '<value>'；可用：<allowed>。",
        "There is no value '<value>'. Allowed: <allowed>.",
    ),
    "types_differ": ("<left> 与 <right> 不能比较。", "<left> cannot be compared with <right>."),
    "no_order": (
        "<type> 没有大小顺序，不能用“<operator>”。",
        "<type> has no order; '<operator>' cannot be used.",
    ),
    "too_large": (
        "计算结果可能超出 64 位整数；请收紧上下限或减少小数位。",
        "The result might not fit into 64 bits. Narrow the bounds or use fewer decimal places.",
    ),
    "cannot_calculate": (
        "<left> 与 <right> 不能做“<operator>”运算。",
        "<left> <operator> <right> cannot be calculated.",
    ),
    "list_expected": (
        "in 的右侧应为列表，或列表类型的参数。",
        "A list, or a parameter that is a list, belongs to the right of 'in'.",
    ),
    "empty_list": ("列表不能为空。", "The list must not be empty."),
    "literal_expected": ("列表中只能写具体的值。", "A list may hold only literal values."),
}

PACK = {
    "unreadable": ("无法读取文件：<reason>。", "The file cannot be read: <reason>."),
    "not_utf8": (
        "文件不是 UTF-8 编码；请另存为 UTF-8。",
        "The file is not UTF-8. Save it as UTF-8.",
    ),
    "file_too_large": ("文件超过 <most> 字节。", "The file is larger than <most> bytes."),
    "not_toml": ("文件不是有效的 TOML：<reason>。", "The file is not valid TOML: <reason>."),
    "nested_too_deep": (
        "表的嵌套超过 <most> 层。",
        "Tables are nested deeper than <most> levels.",
    ),
    "table_expected": ("此处应为表（table），却是 <found>。", "A table belongs here, not <found>."),
    "list_of_texts_expected": (
        "“<name>”应为文字的列表。",
        "'<name>' must be a list of texts.",
    ),
    "not_a_survivor": (
        "“<text>”不是存活的变体：可能写错，或已有示例能区分；请删去或改正。",
        "'<text>' is no surviving mutant: it is misspelt, or an example tells it apart. Remove or correct it.",
    ),
    "list_of_tables_expected": ("“<name>”应为列表。", "'<name>' must be a list."),
    "unknown_key": (
        "没有“<name>”这一项；可用：<allowed>。",
        "There is no key '<name>'. Allowed: <allowed>.",
    ),
    "key_absent": ("缺少“<name>”。", "The key '<name>' is missing."),
    "string_expected": ("“<name>”应为非空的文字。", "'<name>' must be a text that is not empty."),
    "unknown_choice": (
        "“<name>”不能为“<value>”；可用：<allowed>。",
        "'<name>' cannot be '<value>'. Allowed: <allowed>.",
    ),
    "date_expected": (
        "“<name>”应为日期，如 2023-09-01（不加引号），却是“<value>”。",
        "'<name>' must be a date such as 2023-09-01, without quotes, not '<value>'.",
    ),
    "bad_name": (
        "名称“<name>”不可用；请用小写字母、数字和下划线，以字母开头，且不是保留字。",
        "'<name>' cannot be a name. Use small letters, digits and underscores; reserved words are refused.",
    ),
    "unknown_subject": ("没有对象“<name>”。", "There is no subject '<name>'."),
    "name_taken": ("名称“<name>”已被使用。", "The name '<name>' is taken."),
    "one_aggregate": (
        "一个事实须有且只有一种汇总：<allowed>。",
        "A fact has exactly one aggregate: <allowed>.",
    ),
    "unknown_list": ("没有列表“<name>”。", "There is no list '<name>'."),
    "count_of_rows": (
        "count 统计行数，请写列表名而不是“<name>”。",
        "A count counts rows. Write the name of the list, not '<name>'.",
    ),
    "column_wanted": (
        "<aggregate> 需要一列，请写成 <name>.列名。",
        "<aggregate> needs a column. Write <name>.column.",
    ),
    "wrong_aggregate": ("“<name>”不能做 <aggregate>。", "<aggregate> of '<name>' is not possible."),
    "rule_twice": ("规则“<name>”出现两次。", "The rule '<name>' stands twice."),
    "dates_crossed": ("to 早于 from。", "'to' is before 'from'."),
    "unknown_source": (
        "没有出处“<name>”；可用：<allowed>。",
        "There is no source '<name>'. Known: <allowed>.",
    ),
    "unknown_clause": (
        "出处 <source> 没有条款“<name>”；可用：<allowed>。",
        "The source <source> has no clause '<name>'. Known: <allowed>.",
    ),
    "no_values": ("参数没有取值；至少写一个。", "The parameter has no values. Write at least one."),
    "values_out_of_order": (
        "取值须按 from 由早到晚排列，且日期不重复（<date>）。",
        "Values must stand in the order of their 'from', without repetition (<date>).",
    ),
    "bad_type": (
        "没有类型“<text>”；可用：int、dec(2)、bool、date、list(…)、map(枚举, …)，或枚举列的名称。",
        "There is no type '<text>'. Use int, dec(2), bool, date, list(...), map(name, ...), or an enumeration.",
    ),
    "bad_scale": ("小数位数为 1 至 <most>。", "Decimal places go from 1 to <most>."),
    "ambiguous_type": (
        "“<name>”指多个枚举；请写全，如 supervisor.grade。",
        "'<name>' names several enumerations. Write it in full, like supervisor.grade.",
    ),
    "no_bounds": ("“<name>”只用于数字。", "'<name>' is for numbers only."),
    "bounds_crossed": ("min 大于 max。", "'min' is greater than 'max'."),
    "list_value_expected": (
        "取值应为 1 至 <most> 项的列表。",
        "The value must be a list of 1 to <most> items.",
    ),
    "map_value_expected": (
        "映射须为每个名称给出取值，不多不少：<allowed>。",
        "The map must give a value for each of these names and no other: <allowed>.",
    ),
    "stray_brace": (
        "文字中有不成对的花括号：“<text>”；占位写成 {name} 或 {name.rows}。",
        "A brace is out of place in '<text>'. Places are written {name} or {name.rows}.",
    ),
    "place_in_one_language": (
        "占位 <name> 只出现在一种语言中。",
        "The place <name> stands in one language only.",
    ),
    "unknown_place": ("占位“{<name>}”没有对应的名称。", "The place '{<name>}' has no such name."),
    "no_rows": ("“<name>”不是事实，没有 .rows。", "'<name>' is not a fact and has no .rows."),
    "bad_repeat": (
        "repeat 应为 0 至 1000 的整数。",
        "'repeat' must be a whole number from 0 to 1000.",
    ),
    "example_absent": (
        "没有结论为 <verdict> 的示例。",
        "There is no example with the verdict <verdict>.",
    ),
    "example_unfit": (
        "示例与数据模型不符：<reason>",
        "The example does not fit the schema: <reason>",
    ),
    "example_differs": (
        "示例应为 <wanted>，实际为 <found>。",
        "The example should be <wanted>, but is <found>.",
    ),
}

VALUE = {
    "out_of_bounds": (
        "<at>：<value> 超出范围（<low> 至 <high>）。",
        "<at>: <value> is out of bounds (<low> to <high>).",
    ),
    "not_a_bool": ("<at>：<value> 不是 true 或 false。", "<at>: <value> is not true or false."),
    "not_a_name": (
        "<at>：没有取值“<value>”；可用：<allowed>。",
        "<at>: there is no value '<value>'. Allowed: <allowed>.",
    ),
    "not_a_date": ("<at>：<value> 不是日期。", "<at>: <value> is not a date."),
    "not_a_number": (
        "<at>：<value> 不是精确的数字（不接受浮点数）。",
        "<at>: <value> is not an exact number (floats are not taken).",
    ),
    "too_many_places": (
        "<at>：<value> 的小数超过 <scale> 位。",
        "<at>: <value> has more than <scale> decimal places.",
    ),
    "unknown_column": ("<record>：没有“<name>”这一列。", "<record>: there is no column '<name>'."),
    "list_absent": (
        "<record>：缺少列表 <name>；没有行时请给空列表。",
        "<record>: the list <name> is missing. Give an empty list when it has no rows.",
    ),
    "wrong_length": (
        "<name>：有 <length> 个值，应为 <wanted> 个。",
        "<name>: <length> values, but <wanted> are wanted.",
    ),
    "wrong_array": (
        "<name>：数组类型 <type> 不可用；请用整数或布尔。",
        "<name>: an array of <type> cannot be used. Use integers, or booleans for true and false.",
    ),
    "wrong_offsets": (
        "<name>：偏移量须从 0 起递增，共 <wanted> 个。",
        "<name>: the offsets must begin with 0, never fall, and be <wanted>.",
    ),
    "too_many_rows": (
        "<name>：一条记录最多 <most> 行。",
        "<name>: a record has at most <most> rows.",
    ),
    "schema_name": ("数据模型：名称“<name>”不可用。", "Schema: '<name>' cannot be a name."),
    "schema_shadow": (
        "数据模型：<list> 的列“<name>”与对象的列同名。",
        "Schema: the column '<name>' of <list> is also a column of the subject.",
    ),
    "schema_date_role": (
        "数据模型：<subject> 的日期角色“<role>”未知。",
        "Schema: <subject> has an unknown date role '<role>'.",
    ),
    "schema_date": (
        "数据模型：<subject> 的 <role> 须为日期列，“<column>”不是。",
        "Schema: the <role> date of <subject> must be a date column; '<column>' is not.",
    ),
    "schema_enum": (
        "数据模型：<name> 的取值为空、重复或过多。",
        "Schema: the values of <name> are none, repeated, or too many.",
    ),
}

LAYING = {
    "base_absent": (
        "这是对规则包“<name>”的叠加，须与其基础一同读取。",
        "This file is laid over the pack '<name>' and can be read only together with it.",
    ),
    "base_differs": (
        "这是对规则包“<name>”的叠加，给出的基础却是“<found>”。",
        "This file is laid over the pack '<name>', but its base was given as '<found>'.",
    ),
    "base_not_whole": (
        "基础本身是尚未叠加的文件；请先与它自己的基础合成。",
        "The base is itself an overlay. Lay it over its own base first.",
    ),
    "drop_unknown": (
        "基础中没有“<name>”，无从删除。",
        "The base has no '<name>', so it cannot be removed.",
    ),
    "drop_alone": (
        "删除写成 drop = true，且不能同时改写其他内容。",
        "To remove something, write drop = true and nothing beside it.",
    ),
    "list_of_names_expected": ("“<name>”应为名称的列表。", "'<name>' must be a list of names."),
    "stricter_unfit": (
        'stricter = "<value>" 不适用于 <type>：数字和日期用 higher 或 lower，列表用 fewer。',
        "stricter = \"<value>\" does not suit <type>. Numbers and dates are 'higher' or 'lower', "
        "lists 'fewer'.",
    ),
    "replaced_twice": (
        "“<name>”在同一层级被替换两次；只能保留一处。",
        "'<name>' is replaced twice in one layer. Keep one of the two.",
    ),
    "replaced_pack_absent": (
        "没有规则包“<name>”，其参数无从替换。",
        "There is no pack '<name>' of which a parameter could be replaced.",
    ),
    "replaced_parameter_absent": (
        "规则包“<pack>”没有参数“<name>”。",
        "The pack '<pack>' has no parameter '<name>'.",
    ),
    "replaced_from_above": (
        "“<layer>”层级的规则包不能替换“<upper>”层级的参数；只有更低的层级可以。",
        "A pack of the layer '<layer>' cannot replace a parameter of the layer '<upper>': "
        "only a lower layer can.",
    ),
    "not_replaceable": (
        "“<name>”既未声明从严方向（stricter），也未授权“<layer>”层级（delegates），不能替换。",
        "'<name>' declares neither a stricter direction nor '<layer>' among its delegates, "
        "so it cannot be replaced.",
    ),
    "looser": (
        "自 <day> 起为 <value>，宽于“<pack>”规定的 <held>；下级规定只能从严（<stricter>）。",
        "From <day> it is <value>, looser than <held> of '<pack>'. A lower layer may only be "
        "stricter (<stricter>).",
    ),
    "facts_differ": (
        "事实“<name>”的定义与保存时不同，请重新计算事实。",
        "The fact '<name>' is defined otherwise than when it was kept; compute the facts anew.",
    ),
}

# Chinese first, then English.
PROBLEMS: dict[str, tuple[str, str]] = {**EXPRESSION, **PACK, **VALUE, **LAYING}
