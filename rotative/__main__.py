from rotative.cli import main

main()
