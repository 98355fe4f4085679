-- name: the_only_one :one
SELECT 1 AS one
