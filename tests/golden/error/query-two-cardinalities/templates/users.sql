-- name: get_user :one
{#---
@returns many
---#}
SELECT 1