-- The users.
SET search_path = app;
-- name: get_user :one
SELECT 1;

