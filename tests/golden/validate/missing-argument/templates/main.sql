{% macro eq(a, b) %}{{ a }} = {{ b }}{% endmacro %}
SELECT {{ eq(1) }}
