{% macro page(limit, offset) %}LIMIT {{ limit }}{% endmacro %}
{% macro never() %}x{% endmacro %}

-- name: get :one
SELECT 'a{{ id }}' FROM users {{ page(1, 2) }}

-- name: list :many
SELECT {{ columns | idntifier }} FROM users
{% include 'users#gett' %} {% include 'users' %}
