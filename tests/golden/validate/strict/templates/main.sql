{% macro eq(a, b, _c=1) %}{{ a }}{% endmacro %}
SELECT {{ eq(1, 2) }}
