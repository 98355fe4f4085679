SELECT 1 {% if deeper %}{% include 'tree' %}{% endif %}
