from preceptor.config.command import main

main()
