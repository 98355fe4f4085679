{% macro m() %}
-- name: get_user :one
SELECT 1;

{% endmacro %}