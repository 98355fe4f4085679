SELECT 1 {% if a %}AND b = 'c{% endif %}
