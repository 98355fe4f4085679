-- name: get_user :one
SELECT 1;

-- name: list_users
SELECT 2