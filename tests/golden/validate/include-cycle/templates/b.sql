{% include 'c' %}
