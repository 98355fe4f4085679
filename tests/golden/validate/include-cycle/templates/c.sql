{% include 'a' %}
