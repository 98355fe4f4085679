{% macro in_brackets() %}({{ caller() }}){% endmacro %}
{% macro one() %}1{% endmacro %}
SELECT {{ in_brackets() }}, {% call one() %}2{% endcall %}
