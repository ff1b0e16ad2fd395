"""Commands with verbs of their own: `snapshot …` and `quarantine …`.

Each module has `configure(parser)` and `run(args) -> exit code`, like the other commands.
"""
