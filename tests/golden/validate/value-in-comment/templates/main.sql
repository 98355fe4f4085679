SELECT 1 -- the column {{ a }}
 /* {{ b }} */
