"""`python -m partline`."""

from partline.cli import main

if __name__ == "__main__":
    main()
