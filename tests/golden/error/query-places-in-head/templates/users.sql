{% macro m(x) %}{{ x.y.z }}{% endmacro %}
-- name: get_user :one
SELECT 1;

-- name: list_users
SELECT
 {{ m(1) }}