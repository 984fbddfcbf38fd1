"""`python -m prorata`: the command line, for whoever knows the interpreter and not the script."""

from prorata.harness.cli import main

if __name__ == "__main__":
    main()
