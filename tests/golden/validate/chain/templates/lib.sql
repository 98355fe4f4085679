{% macro quoted(a) %}{{ inner(a) }}{% endmacro %}
{% macro inner(a) %}id = '{{ a }}'{% endmacro %}
