-- name: get_user :one
SELECT 1;

-- name:
SELECT 2