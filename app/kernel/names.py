"""Names of people: one spelling, how they are searched, how they are shown in public lists."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

MIDDLE_DOT = "·"

# Characters read differently when they are surnames (现代汉语词典, entries marked 姓).
SURNAME_READINGS = {
    "单": "shan", "解": "xie", "曾": "zeng", "区": "ou", "仇": "qiu", "朴": "piao", "查": "zha",
    "翟": "zhai", "任": "ren", "盖": "ge", "乐": "yue", "员": "yun", "缪": "miao", "繁": "po",
    "种": "chong", "洗": "xian", "冼": "xian", "覃": "qin", "秘": "bi", "黑": "he", "卜": "bu",
    "召": "shao", "折": "she", "祭": "zhai", "句": "gou", "隗": "wei", "谌": "chen", "幺": "yao",
    "么": "yao", "藏": "zang", "宿": "su", "郗": "xi", "都": "du", "莘": "shen", "车": "che",
    "华": "hua", "宁": "ning", "燕": "yan", "应": "ying", "哈": "ha", "纪": "ji", "柏": "bai",
    "石": "shi", "沈": "shen", "长": "chang", "万": "wan", "牟": "mu", "佴": "nai", "相": "xiang",
    "过": "guo", "葛": "ge", "令": "ling", "曲": "qu", "强": "qiang", "貟": "yun", "逄": "pang",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "欧阳": "ouyang", "上官": "shangguan", "司马": "sima", "司徒": "situ", "司空": "sikong",
    "东方": "dongfang", "诸葛": "zhuge", "尉迟": "yuchi", "长孙": "zhangsun", "万俟": "moqi",
    "澹台": "tantai", "皇甫": "huangfu", "夏侯": "xiahou", "令狐": "linghu", "慕容": "murong",
    "公孙": "gongsun", "宇文": "yuwen", "端木": "duanmu", "南宫": "nangong", "独孤": "dugu",
    "鲜于": "xianyu", "钟离": "zhongli", "闻人": "wenren", "申屠": "shentu", "赫连": "helian",
    "濮阳": "puyang", "公冶": "gongye", "太史": "taishi", "单于": "chanyu", "轩辕": "xuanyuan",
    "欧陽": "ouyang", "百里": "baili", "呼延": "huyan", "东郭": "dongguo", "西门": "ximen",
}  # fmt: skip
_COMPOUND_INITIALS = {
    "澹台": "tt", "单于": "cy", "长孙": "zs", "万俟": "mq", "欧阳": "oy", "欧陽": "oy"
}  # fmt: skip

_PLAIN = re.compile(r"[\u4e00-\u9fff]{2,4}")
_DOTS = re.compile(r"\s*[·•‧・･∙⋅․．.●]\s*")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u0000-\u001f\u007f]")
_HAN_SPACES = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
_SPACES = re.compile(r"\s+")
_CHUNKS = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+")


def normalise(name: str) -> str:
    """Return the one spelling of a name: no padding between characters, one kind of middle dot.

    '张　三' becomes '张三', '阿依古丽•买买提' gets '·'; the words of 'Anna Maria' stay apart.
    """
    if _PLAIN.fullmatch(name):
        return name
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).strip()
    if not text.isascii():
        text = _HAN_SPACES.sub("", _DOTS.sub(MIDDLE_DOT, text))
    return _SPACES.sub(" ", text)


def pinyin(name: str) -> tuple[str, str]:
    """Return what people type to find a name: ('zhangsan', 'zs'); surnames read as surnames."""
    surname, given = split_surname(name)
    read, initials = _read_surname(surname)
    more, letters = _read_given(given)
    return read + more, initials + letters


def split_surname(name: str) -> tuple[str, str]:
    """Return surname and given name of a Chinese name; other names have no surname here."""
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        return name[:2], name[2:]
    if MIDDLE_DOT in name or name.isascii() or len(name) < 2:
        return "", name
    return name[:1], name[1:]


@lru_cache(maxsize=8192)
def _read_given(given: str) -> tuple[str, str]:
    syllables = _syllables(given)
    return "".join(syllables), "".join([syllable[0] for syllable in syllables])


@lru_cache(maxsize=1024)
def _read_surname(surname: str) -> tuple[str, str]:
    if surname in COMPOUND_SURNAMES:
        initials = _COMPOUND_INITIALS.get(surname)
        return COMPOUND_SURNAMES[surname], initials or "".join(s[0] for s in _syllables(surname))
    read = SURNAME_READINGS.get(surname) or "".join(_syllables(surname))
    return read, read[:1]


def _syllables(text: str) -> list[str]:
    out: list[str] = []
    for chunk in _CHUNKS.findall(text.lower()):
        if chunk.isascii():
            out.append(chunk)
        elif len(chunk) > 2 or chunk in PHRASES_DICT:
            out += lazy_pinyin(chunk, Style.NORMAL, errors="ignore")
        else:  # most given names: no phrase decides how its characters are read
            for character in chunk:
                out += _read_character(character)
    return out


@lru_cache(maxsize=8192)
def _read_character(character: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(character, Style.NORMAL, errors="ignore"))
