SELECT 1 {% include '../secret' %}
