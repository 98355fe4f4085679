SELECT "{{ a }}" FROM "tbl_{{ b }}_old"
