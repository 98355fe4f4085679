{% macro left_over() %}1{% endmacro %}
{% macro _kept() %}1{% endmacro %}
SELECT 1
