"""Which headings of school sheets mean what.

Sources: the 71 headings of the national pupil register's template (学生基本信息表), the register of
rural left-behind children of 2016 (农村留守儿童基本情况登记表), and the usual class lists (花名册).
Columns are found by heading, never by position: templates change by year.
"""

from __future__ import annotations

from app.sheets.headings import Vocabulary, normalise

CHILD_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "学生姓名", "儿童姓名", "幼儿姓名", "孩子姓名", "留守儿童姓名", "学生名字"),
    "former_name": ("曾用名",),
    "sex": ("性别",),
    "birth": ("出生日期", "出生年月日", "出生年月", "生日"),
    "id_kind": ("身份证件类型", "证件类型"),
    "id_number": (
        "身份证件号", "身份证件号码", "身份证号", "身份证号码", "公民身份证号码", "公民身份号码",
        "身份证", "居民身份证号", "居民身份证号码", "学生身份证号", "学生身份证号码", "证件号码",
        "证件号", "身份证号学籍号", "身份证号或学籍号",
    ),
    "pupil_number": ("学籍号", "全国学籍号", "学籍号码", "学号学籍号", "国网学籍号"),
    "ethnic_group": ("民族",),
    "health": (
        "健康状况", "身体情况", "身体状况", "健康情况", "健康/残疾/患病", "健康残疾或患病",
    ),
    "school_code": ("学校标识码", "学校代码"),
    "school": ("学校", "学校名称", "所在学校", "就读学校", "所属学校"),
    "grade": ("年级", "所在年级", "就读年级"),
    "class": ("班级", "班号", "班级名称", "年级班级", "所在班级", "年班", "班", "就读班级", "班别"),
    "intake": ("入学年月", "入学时间", "入学日期", "入学年份"),
    "boarding": ("就读方式", "是否寄宿", "是否住校", "是否学校寄宿", "是否寄宿生", "寄宿"),
    "address": ("现住址", "现居住地", "居住地", "居住地址", "现住地址", "详细住址"),
    "home_address": ("家庭地址", "家庭住址", "住址", "家庭详细地址"),
    "registered_residence": ("户籍所在地", "户口所在地", "户口所在地行政区划", "户籍地址"),
    "phone": ("联系电话", "电话", "联系方式", "手机", "电话号码", "手机号码"),
    "left_behind": (
        "是否留守儿童", "留守类型", "留守情况", "是否留守", "留守儿童类型", "留守类别",
    ),
    "both_away": (
        "父母双方同时外出", "父母双方外出", "父母是否同时外出", "父母双方同时外出是否",
    ),
    "one_away": (
        "父母一方外出另一方无监护能力", "一方外出另一方无监护能力",
        "父母一方外出另一方无监护能力是否", "一方外出另一方无监护能力是否",
    ),
    "incapable_parent": ("无监护能力",),
    "orphan": ("是否孤儿", "孤儿"),
    "disability": ("残疾类型", "残疾类别", "残疾类别及等级"),
    "disabled": ("是否残疾", "是否残疾儿童", "残疾儿童"),
    "hardship": (
        "困境类型", "困境类别", "困难类型", "困难类别", "家庭困难类型", "家庭经济困难类型",
        "贫困类型", "贫困类别",
    ),
    "destitute": ("是否特困", "特困", "特困供养", "是否特困供养"),
    "low_income": ("是否低保", "低保", "低保户", "是否低保户", "是否低保家庭"),
    "lifted": (
        "是否建档立卡", "建档立卡", "建档立卡户", "是否建档立卡户", "是否建档立卡贫困户",
        "是否脱贫户", "脱贫户",
    ),
    "in_hardship": (
        "是否困境儿童", "困境儿童", "是否家庭经济困难", "家庭经济困难", "是否贫困", "是否困难",
    ),
    "remark": ("备注", "说明"),
}  # fmt: skip

PEOPLE: dict[str, tuple[str, ...]] = {
    "father": ("父亲", "爸爸", "父"),
    "mother": ("母亲", "妈妈", "母"),
    "grandfather": ("祖父", "爷爷"),
    "grandmother": ("祖母", "奶奶"),
    "maternal_grandfather": ("外祖父", "外公", "姥爷"),
    "maternal_grandmother": ("外祖母", "外婆", "姥姥"),
    "member1": ("成员1", "家庭成员1", "监护人1", "成员一", "家庭成员一"),
    "member2": ("成员2", "家庭成员2", "监护人2", "成员二", "家庭成员二"),
    "guardian": ("监护人", "家长"),
    "carer": (
        "实际监护人", "现监护人", "主要监护人", "照护人", "主要照护人", "实际照护人", "照料人",
        "主要照料人", "抚养人", "实际抚养人",
    ),
    "entrusted": (
        "委托监护人", "受委托监护人", "临时监护人", "代管人", "代理监护人", "委托照护人",
        "被委托监护人",
    ),
}  # fmt: skip

PERSON_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", ""),
    "name_phone": (
        "姓名及电话", "姓名及联系电话", "姓名联系电话", "姓名电话", "及电话", "及联系电话",
        "姓名及联系方式", "姓名和电话",
    ),
    "phone": ("联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式"),
    "id_number": (
        "身份证件号", "身份证件号码", "身份证号", "身份证号码", "公民身份证号码", "公民身份号码",
        "身份证",
    ),
    "id_kind": ("身份证件类型",),
    "birth": ("出生日期", "出生年月"),
    "work_place": (
        "当前务工地点", "务工地点", "务工地", "务工地址", "打工地址", "打工地点", "打工地",
        "外出务工地点", "外出地点",
    ),
    "employer": ("工作单位", "单位", "工作单位及工种"),
    "address": ("现住址", "住址", "居住地", "居住地址", "居住地地址", "家庭住址"),
    "relation": (
        "关系", "与学生关系", "与儿童关系", "与被监护人关系", "与孩子关系", "与留守儿童关系",
        "与被监护儿童关系", "与学生的关系", "与儿童的关系",
    ),
    "relation_note": ("关系说明",),
    "is_guardian": ("是否监护人",),
    "other_birth_place": ("户口所在地行政区划",),
    "other_ethnic": ("民族",),
    "other_post": ("职务",),
    "other_age": ("年龄",),
    "other_education": ("文化程度", "学历"),
}  # fmt: skip

# The two columns we add to a workbook of rows to correct.
PROBLEM_HEADING, ROW_HEADING = "问题", "原行号"

# Known and deliberately not taken over: the national register is their home.
NOT_IMPORTED = (
    "序号", "编号", "年龄", "出生地行政区划代码", "籍贯", "国籍地区", "港澳台侨外", "政治面貌",
    "户口性质", "入学方式", "通信地址", "邮政编码", "是否独生子女", "是否受过学前教育",
    "是否需要申请资助", "是否享受一补", "是否烈士或优抚子女", "上下学距离", "上下学方式",
    "是否需要乘坐校车", "身份证件有效期", "血型", "特长", "学籍辅号", "班内学号", "学生来源",
    "电子信箱", "主页地址", "是否由政府购买学位", "随班就读", "是否进城务工人员随迁子女",
    "是否登记户口", "患病类型", "就学情况", "父母外出有无委托其他监护人", "监护类型",
    "家庭经济来源", "救助帮扶情况", "单位负责人", "复核人", "填表人", "填报单位", "填报日期",
    "帮扶教师", "班主任", "与被监护人关系", PROBLEM_HEADING, ROW_HEADING,
)  # fmt: skip

# Group headings that only say "this is about the child".
NEUTRAL = frozenset(
    ("学生", "儿童", "留守儿童", "基本", "个人", "本人", "儿童本人", "学生本人", "学生个人", "家庭",
     "基本情况", "基本信息", "就学", "外出", "监护", "父母外出", "家庭及监护", "其他", "学籍",
     "身体情况", "身体状况", "健康状况",
     "父母一方外出另一方无监护能力", "一方外出另一方无监护能力")
)  # fmt: skip

OTHER = "other."
# In the national template the fields of these two always carry the prefix, wherever they stand.
_ALWAYS_IN_FULL = frozenset(("成员1", "成员2"))
# After a guardian's name these are still the child's, unless the child already has them.
_OWN_FIRST = frozenset(
    ("id_number", "id_kind", "birth", "ethnic_group", "address", "home_address",
     "registered_residence")
)  # fmt: skip


def _vocabulary() -> Vocabulary:
    fields = {normalise(name): OTHER + name for name in NOT_IMPORTED}
    people: dict[str, str] = {}
    for person, words in PEOPLE.items():
        for word in words:
            if word not in _ALWAYS_IN_FULL:
                people |= {word: word, word + "姓名": word}
            for part, names in PERSON_FIELDS.items():
                fields |= {word + name: f"{person}.{part}" for name in names}
    for key, names in CHILD_FIELDS.items():
        fields |= {normalise(name): key for name in names}
    return Vocabulary(fields, people, NEUTRAL, _OWN_FIRST)


VOCABULARY = _vocabulary()
