"""Recognise the boilerplate around a story: labels, menus, breadcrumbs, datelines. Heuristics on text, no database."""
