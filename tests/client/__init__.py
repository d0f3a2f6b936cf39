"""Tests of client/ with real httpx against a small server on loopback."""
