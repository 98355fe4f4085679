SELECT id FROM city
WHERE true
{% if name %} AND name ILIKE {{ name | contains }}{% endif %}
{% if ids %} AND id IN ({% for i in ids %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}){% endif %}
ORDER BY {{ column | identifier }} {% if newest %}DESC{% endif %}
