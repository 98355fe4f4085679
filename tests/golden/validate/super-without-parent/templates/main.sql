{% extends 'base' %}
{% block colums %}{{ super() }}, 2{% endblock %}
