"""The words of school sheets and what they mean: sex, left-behind kind, boarding, relations.

Sources: GB/T 2261.1 (sex), GB/T 3304-1991 (ethnic groups, in order of their codes 01 to 56),
wording of the national pupil register (是否留守儿童, 就读方式, 成员关系).
"""

from __future__ import annotations

from collections.abc import Iterable

MALE, FEMALE, UNKNOWN = "male", "female", "unknown"
BOTH, ONE, NONE = "both", "one", "none"
YES, NO = "yes", "no"

SEX = {"男": MALE, "男性": MALE, "男生": MALE, "1": MALE, "女": FEMALE, "女性": FEMALE,
       "女生": FEMALE, "2": FEMALE, "0": UNKNOWN, "9": UNKNOWN}  # fmt: skip
YES_NO = {"是": YES, "有": YES, "√": YES, "✓": YES, "对": YES, "Y": YES, "y": YES,
          "否": NO, "无": NO, "不是": NO, "没有": NO, "×": NO, "N": NO, "n": NO}  # fmt: skip
BOARDING = {"住校": "boarding", "寄宿": "boarding", "寄宿生": "boarding", "住宿": "boarding",
            "住校生": "boarding", "是": "boarding", "√": "boarding", "1": "boarding",
            "走读": "day", "走读生": "day", "否": "day", "不寄宿": "day", "不住校": "day",
            "借宿": "lodging", "其他": "other"}  # fmt: skip


def _all(value: str, words: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(words, value)


LEFT_BEHIND = (
    _all(BOTH, ("双亲留守儿童", "双亲留守", "双亲", "双留守", "父母双方外出", "父母均外出",
                "父母都外出", "双方外出", "父母双方同时外出", "父母外出", "全留守", "双亲外出"))
    | _all(ONE, ("单亲留守儿童", "单亲留守", "单亲", "单留守", "一方外出", "父母一方外出",
                 "父亲外出", "母亲外出", "父外出", "母外出", "单方外出", "半留守", "单亲外出"))
    | _all(NONE, ("非留守儿童", "非留守", "不是", "否", "无", "不留守", "×", "非"))
)  # fmt: skip

RELATIONS = (
    _all("father", ("父亲", "父", "爸爸", "爸", "父子", "父女"))
    | _all("mother", ("母亲", "母", "妈妈", "妈", "母子", "母女"))
    | _all("grandfather", ("祖父", "爷爷", "公公", "爷"))
    | _all("grandmother", ("祖母", "奶奶", "婆婆", "奶"))
    | _all("maternal_grandfather", ("外祖父", "外公", "姥爷"))
    | _all("maternal_grandmother", ("外祖母", "外婆", "姥姥"))
    | _all("grandparent", ("祖父母或外祖父母", "祖父母", "外祖父母", "祖孙", "爷孙", "婆孙",
                           "祖辈"))
    | _all("sibling", ("兄弟姐妹", "哥哥", "姐姐", "兄", "姐", "兄弟", "姐妹", "姐弟", "兄妹"))
    | _all("relative", ("伯父", "伯母", "叔叔", "叔父", "婶婶", "婶母", "姑姑", "姑父", "姑母",
                        "舅舅", "舅父", "舅妈", "舅母", "姨妈", "姨父", "姨母", "小姨", "亲戚",
                        "其他亲属", "叔", "伯", "姑", "舅", "姨", "伯伯", "大伯", "姨姨", "姑妈"))
    | _all("stepfather", ("继父", "养父", "继父或养父"))
    | _all("stepmother", ("继母", "养母", "继母或养母"))
)  # fmt: skip

HARDSHIP = (
    _all("低保", ("低保", "低保户", "低保家庭", "农村低保", "城镇低保", "最低生活保障"))
    | _all("低保边缘", ("低保边缘", "低保边缘户", "低保边缘家庭"))
    | _all("特困", ("特困", "特困户", "特困供养", "特困人员", "特困救助供养", "五保", "五保户"))
    | _all("脱贫户", ("脱贫户", "脱贫家庭", "建档立卡", "建档立卡户", "建档立卡贫困户", "贫困户"))
    | _all("突发困难", ("突发困难", "突发严重困难", "突发严重困难户"))
    | _all("其他", ("其他", "困难", "一般困难", "家庭困难", "家庭贫困", "家庭经济困难"))
    | _all(NONE, ("否", "非困难", "不困难", "不贫困", "非贫困", "非困境", "没有"))
)  # fmt: skip
# A column of its own for each kind, the gravest first.
HARDSHIP_COLUMNS = {"destitute": "特困", "low_income": "低保", "lifted": "脱贫户"}

AT_HOME = frozenset(
    ("在家", "家", "家中", "本地", "务农", "在家务农", "家里", "本村", "未外出", "没外出")
)
GONE = frozenset(("已故", "去世", "死亡", "已去世", "亡故", "已死亡", "不详", "失踪"))

ETHNIC_GROUPS = (
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶",
    "白", "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水",
    "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南",
    "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂",
    "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺",
)  # fmt: skip
ETHNIC = (
    {name: name + "族" for name in ETHNIC_GROUPS}
    | {name + "族": name + "族" for name in ETHNIC_GROUPS}
    | {f"{code:02}": name + "族" for code, name in enumerate(ETHNIC_GROUPS, 1)}
    | {str(code): name + "族" for code, name in enumerate(ETHNIC_GROUPS, 1)}
    | {"穿青人": "穿青人", "其他": "其他", "97": "其他"}
)
RESIDENT_ID = frozenset(("", "居民身份证", "身份证", "1", "户口簿", "居民户口簿"))
