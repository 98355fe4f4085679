-- name: get_user :one
SELECT 1;

-- name: add_user<!
INSERT INTO users DEFAULT VALUES RETURNING id