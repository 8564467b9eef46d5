from rag.present.cli import main

main()
