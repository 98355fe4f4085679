{% extends 'base' %}{% from 'lib' import eq %}
{% block where %}{{ super() }} AND {{ eq('b', b) }}{% endblock %}
