{% import 'lib' as lib %}
SELECT 1 WHERE {% if name %}name LIKE '%{{ name }}%'
{% else %}{{ lib.quoted(id) }}{% endif %}
