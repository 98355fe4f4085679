SELECT {% block columns %}{{ super() }}{% endblock %}
