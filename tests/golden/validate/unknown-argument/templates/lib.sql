{% macro eq(left, right=1) %}{{ left }} = {{ right }}{% endmacro %}
