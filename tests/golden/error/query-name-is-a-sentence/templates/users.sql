-- name: get_user :one
SELECT 1;

-- name: must not be empty
SELECT 2