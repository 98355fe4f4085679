{% macro m() %}SELECT{% endmacro %}
-- A comment.
SET search_path = app;
-- name: get_user :one
SELECT 1