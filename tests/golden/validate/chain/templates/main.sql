{% extends 'base' %}
{% from 'lib' import quoted %}
{% block where %}{{ quoted(id) }}{% include 'part' %}{% endblock %}
