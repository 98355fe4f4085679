{% macro eq(a, b=1) %}{{ a }} = {{ b }}{% endmacro %}
SELECT {{ eq(1, 2, 3) }}, {{ eq(1, a=2) }}
