SELECT 1
WHERE {% block where %}a = {{ a }}{% endblock %}
