-- name: get_user :one
SELECT 1;

-- name: get_user
SELECT 2