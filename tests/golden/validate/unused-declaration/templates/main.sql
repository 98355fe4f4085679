{#---
Counts.
@param limit: int
@param _tenant: int
@param shared: text
---#}
SELECT 1
