SELECT 'a{% if b %}' || 'b{% else %}' || c{% endif %}
{%- if not b %} || 'd{% endif %}'
