{% import 'a' as a %}{% macro two() %}{{ a.one() }}{% endmacro %}
