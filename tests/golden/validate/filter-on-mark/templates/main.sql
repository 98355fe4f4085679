SELECT {{ a | identifier | upper }}
{% set part %}a = {{ a }}{% endset %}
FROM t WHERE {{ part | trim }}
