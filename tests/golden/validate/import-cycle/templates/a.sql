{% import 'b' as b %}{% macro one() %}{{ b.two() }}{% endmacro %}
