{% import "m" as m %}{% if x %}{% endif %}
-- name: get_user :one
SELECT 1;

