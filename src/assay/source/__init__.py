"""Files of known kinds, parsed with byte spans, and edited without touching any other byte."""
