{% extends 'b' %}
