{% extends 'a' %}
