-- name: get_user :one
SELECT 1;

-- name: list_users
{#---
@param limit: int
---#}
SELECT 1
LIMIT {{ limit }} {{ limit | nosuch }}