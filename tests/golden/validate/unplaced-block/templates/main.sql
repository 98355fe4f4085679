{% extends 'base' %}
{% block colums %}2{% endblock %}
