SELECT 1
{% include 'b' %}
