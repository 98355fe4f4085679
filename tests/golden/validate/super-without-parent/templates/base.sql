SELECT {% block columns %}1{% endblock %}
