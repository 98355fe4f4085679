SELECT tbl_{{ a }}, {{ b }}_suffix, {{ c }}{{ d }}
FROM t WHERE a IN ({% for i in ids %}{{ i }}{% endfor %})
