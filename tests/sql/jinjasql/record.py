#!/usr/bin/env python3
"""Records what JinjaSQL makes of its documented examples: tests/sql/jinjasql/record.py

Needs the package jinjasql2, the maintained fork of JinjaSQL (PyPI, MIT licence). Writes
examples.jsonl beside it, which jinjasql_test compares pgjinja with: the same parameters in the same
order, and SQL that differs in the form of the placeholders only. The examples are those of JinjaSQL's
README and of its own tests.
"""

import json
import pathlib

import jinja2
import jinjasql  # the package jinjasql2

REQUEST = {
    "etc": {"columns": "project, timesheet, hours", "lt": "<"},
    "request": {
        "project": {"id": 123, "name": "Acme Project"},
        "project_id": 123,
        "days": ["mon", "tue", "wed", "thu", "fri"],
        "start_date": "2016-10-10",
    },
    "session": {"user_id": "sripathi"},
}

TRANSACTIONS = """select username, sum(spend)
from transactions
where start_date > {{request.start_date}}
and end_date < {{request.end_date}}
{% if request.organization %}
and organization = {{request.organization}}
{% endif %}
"""

TIMESHEET = """
    SELECT project, timesheet, hours
    FROM timesheet
    WHERE user_id = {{ user_id }}
    {% if project_id %}
    AND project_id = {{ project_id }}
    {% endif %}
"""

OPTIONAL_AND = """{% macro OPTIONAL_AND(condition, expression, value) -%}
    {%- if condition -%}AND {{expression | sqlsafe}}{{value}} {%- endif-%}
{%- endmacro -%}
SELECT 'x' from dual
WHERE 1=1
{{ OPTIONAL_AND(request.project_id != -1,
    "project_id = ", request.project_id)}}
{{ OPTIONAL_AND(request.unknown_column,
    "some_column = ", request.unknown_column) -}}
AND fixed_column = {{session.user_id}}
"""

# (name, template, context, other templates)
EXAMPLES = [
    ("readme: an optional condition", TRANSACTIONS,
     {"request": {"start_date": "2016-10-10", "end_date": "2016-10-20", "organization": 1321}}, {}),
    ("readme: the condition left out", TRANSACTIONS,
     {"request": {"start_date": "2016-10-10", "end_date": "2016-10-20", "organization": ""}}, {}),
    ("readme: basic usage", TIMESHEET, {"project_id": 123, "user_id": "sripathi"}, {}),
    ("readme: basic usage without the project", TIMESHEET, {"user_id": "sripathi"}, {}),
    ("readme: in clause", "select 'x' from dual\nwhere project_id in {{ project_ids | inclause }}",
     {"project_ids": [1, 2, 3]}, {}),
    ("readme: an array", "select * from t WHERE {{some_num}} = ANY({{some_array}})",
     {"some_num": 7, "some_array": [7, 8]}, {}),
    ("readme: sql safe strings", "select {{column_names | sqlsafe}} from dual",
     {"column_names": "id, name"}, {}),
    ("readme: identifiers",
     "\nselect {{column1 | identifier}}, {{column2 | identifier}} from {{source | identifier}}\n",
     {"column1": "col1", "column2": "col2", "source": ["a_schema", "a_table"]}, {}),
    ("readme: the bind filter", "select * from user where id = {{userid | bind}}", {"userid": 143}, {}),
    ("readme: bound without the filter", "select * from user where id = {{userid}}", {"userid": 143},
     {}),
    ("readme: a name that is a filter's", "select {{ sqlsafe }}, {{ bind }}, {{ inclause }}",
     {"sqlsafe": "a", "bind": "b", "inclause": "c"}, {}),
    ("readme: joined texts", "select * from t where name like {{ '%' ~ myval ~ '%' }}", {"myval": "x"},
     {}),
    ("tests: bind parameters",
     "SELECT project, timesheet, hours\nFROM timesheet\nWHERE project_id = {{request.project_id}} \n"
     "and user_id = {{ session.user_id }}", REQUEST, {}),
    ("tests: sqlsafe filter", "SELECT {{etc.columns | sqlsafe}} FROM timesheet", REQUEST, {}),
    ("tests: html characters are not escaped", "select 'x' from dual where X {{etc.lt | sqlsafe}} 1",
     REQUEST, {}),
    ("tests: inclause filter", "select * from timesheet \nwhere day in {{request.days | inclause}}",
     REQUEST, {}),
    ("tests: macros", OPTIONAL_AND, REQUEST, {}),
    ("tests: macro output is marked safe",
     "{% macro week(value) -%}\nsome_sql_function({{value}})\n{%- endmacro %}\n"
     "SELECT 'x' from dual WHERE created_date > {{ week(request.start_date) }}", REQUEST, {}),
    ("tests: set block",
     "{% set columns -%}\nproject, timesheet, hours\n{%- endset %}\n"
     "select {{ columns | sqlsafe }} from dual", REQUEST, {}),
    ("tests: set block with a value",
     "{% set where -%}\nproject = {{ request.project_id }}\n{%- endset %}\n"
     "select * from dual where {{ where | sqlsafe }} and user_id = {{ session.user_id }}", REQUEST, {}),
    ("tests: import", "{% import 'utils.sql' as utils %}\nselect * from dual {{ utils.print_where(100) }}",
     REQUEST,
     {"utils.sql": "{% macro print_where(value) -%}\nWHERE dummy_col = {{value}}\n{%- endmacro %}\n"}),
    ("tests: include", "select * from dummy {% include 'where_clause.sql' %}\n", REQUEST,
     {"where_clause.sql": "where project_id = {{request.project_id}}"}),
    ("tests: format binds its result", 'select {{ "%s-%s" | format("hi", "there")}}', REQUEST, {}),
    ("tests: a dictionary", "INSERT INTO projects (info)\nVALUES({{request.project}})", REQUEST, {}),
]


def record(name: str, template: str, context: dict, templates: dict) -> dict:
    environment = jinja2.Environment(loader=jinja2.DictLoader(templates))
    sql, parameters = jinjasql.JinjaSql(environment, param_style="format").prepare_query(template, context)
    return {"name": name, "template": template, "templates": templates, "context": context, "sql": sql,
            "params": list(parameters)}


if __name__ == "__main__":
    lines = [json.dumps(record(*example), ensure_ascii=False) for example in EXAMPLES]
    pathlib.Path(__file__).with_name("examples.jsonl").write_text("\n".join(lines) + "\n")
