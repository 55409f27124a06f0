"""The Chinese of a new module: what its spec says, and what its files say besides."""

from __future__ import annotations

from app.kit.spec import ModuleSpec

_PLAIN = {
    "Yes": "是", "No": "否", "Saved.": "已保存。", "Taken back.": "已撤回。", "Save": "保存",
    "Cancel": "取消", "Change": "更正", "Take back": "撤回", "When": "日期",
    "Why it is changed": "更正原因", "Fill this in.": "请填写。",
    "Choose one of these.": "请从中选择一项。",
    "{least} to {most}.": "应在 {least} 到 {most} 之间。",
    "At most {most} decimals.": "最多 {most} 位小数。",
    "Entered by mistake": "录入有误", "As a spreadsheet": "导出表格",
    "From a spreadsheet": "从表格导入",
    "Day": "日期",
    "children": "人",
    "Families read what is written down": "家长可以看到登记的内容", "An invented entry": "演示内容",
    "It holds from then on; what was written down before stays as it was.":
        "只对以后登记的内容有效，以前登记的不变。",
    "It leaves all lists; that it was written down stays on record.":
        "撤回后不再出现在任何列表中，登记痕迹会保留。",
}  # fmt: skip


def chinese(spec: ModuleSpec) -> dict[str, str]:
    """Return the Chinese of each message that the files of a new module say."""
    record, title = spec.record, spec.title
    found = {
        title.en: title.zh,
        spec.summary.en: spec.summary.zh,
        record.en: record.zh,
        f"See: {title.en}": f"查看{title.zh}",
        f"Write down: {title.en}": f"登记{title.zh}",
        f"Write down: {record.en}": f"登记{record.zh}",
        f"Change: {record.en}": f"更正{record.zh}",
        f"{record.en}: children this school year": f"本学年有“{record.zh}”的学生",
        f"Pupils with “{record.en}” since the school year began, out of all.":
            f"本学年开始以来有“{record.zh}”记录的学生，占全部学生。",
        f"From a spreadsheet: {record.en}": f"从表格导入{record.zh}",
        f"A row for each child, with its name, the day and: {_listed(spec, en=True)}. "
        "You see everything before it is saved.":
            f"每个学生一行，写姓名、日期和：{_listed(spec, en=False)}。保存前先给您看。",
        f"Open a child’s page and choose “Write down: {record.en}”.":
            f"请打开学生页面，选择“登记{record.zh}”。",
    }  # fmt: skip
    for one in spec.fields:
        titles = [one.title, *([one.unit] if one.unit else []), *(t for _key, t in one.options)]
        found |= {each.en: each.zh for each in titles}
    return _PLAIN | found


def _listed(spec: ModuleSpec, *, en: bool) -> str:
    titles = [one.title for one in spec.fields]
    return ", ".join(t.en for t in titles) if en else "、".join(t.zh for t in titles)
