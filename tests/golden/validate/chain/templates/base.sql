SELECT 1 WHERE {% block where %}{% endblock %}
