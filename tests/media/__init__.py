"""Tests of media/ with pictures and clips that they make themselves."""
