{% macro quoted(a) %}id = '{{ a }}'{% endmacro %}
