-- name: get_user :one
SELECT 1;

