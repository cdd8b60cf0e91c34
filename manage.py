#!/usr/bin/env python3
"""Django's customary door to the same command line as `rotative`."""

from rotative.cli import main

if __name__ == "__main__":
    main()
