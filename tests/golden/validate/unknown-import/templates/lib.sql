{% macro equals(a) %}= {{ a }}{% endmacro %}
{% macro less(a) %}< {{ a }}{% endmacro %}
{% macro _inner() %}{% endmacro %}
