{% macro eq(name, value) %}{{ name | identifier }} {% if value is none %}IS NULL{% else %}= {{ value }}{% endif %}{% endmacro %}
