SELECT now() -- name: not at a line's beginning
