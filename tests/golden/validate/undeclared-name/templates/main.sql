{#---
@param limit: int
---#}
SELECT 1 LIMIT {{ limt }} OFFSET {{ limit }}
