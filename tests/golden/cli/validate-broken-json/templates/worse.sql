SELECT {% oops %}
