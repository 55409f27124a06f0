"""A form with one field of each sort."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget


class VisitForm(FlaskForm):
    """What a teacher writes after a home visit."""

    happened_on = DateField("发生日期", validators=[InputRequired("请填写家访的日期。")])
    way = RadioField(
        "方式",
        choices=[
            SelectChoice("home", "入户"),
            SelectChoice("phone", "电话"),
            SelectChoice("video", "视频"),
            SelectChoice("none", "未接通"),
        ],
        validators=[InputRequired("请选择一种方式。")],
    )
    met = SelectField(
        "见到了谁",
        choices=[
            SelectChoice("", "请选择"),
            SelectChoice("g", "祖母 吴桂香"),
            SelectChoice("f", "父亲 王大海"),
        ],
    )
    topics = SelectMultipleField(
        "谈到的内容",
        choices=[
            SelectChoice("study", "学习"),
            SelectChoice("life", "生活"),
            SelectChoice("health", "身体"),
            SelectChoice("mood", "情绪"),
        ],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    minutes = IntegerField(
        "用时", validators=[Optional(), NumberRange(5, 300, "请填写 5 到 300 之间的分钟数。")]
    )
    place = StringField(
        "地点", description="写到村、组即可。", validators=[InputRequired("请填写地点。")]
    )
    said = TextAreaField("谈话要点", render_kw={"rows": 4})
    evidence = FileField("佐证照片")
    code = PasswordField("口令")
    again = BooleanField("两周内需要再去一次")
