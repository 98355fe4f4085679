-- name: get_user :one
SELECT 1;

-- name: list_users :mny
SELECT 2