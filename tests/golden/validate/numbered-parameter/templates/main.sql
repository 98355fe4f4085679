SELECT {{ a }}, $1{% if b %}, $2{% endif %}
