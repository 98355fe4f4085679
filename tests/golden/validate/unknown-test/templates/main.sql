SELECT 1 {% if a is dfined %}, 2{% endif %}
