"""Judgement: signals become a verdict, and policy turns a verdict into intended actions."""
