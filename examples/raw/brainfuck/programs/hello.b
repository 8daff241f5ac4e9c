Prints a greeting

++++++++ [                 eight times
  >++++ [>++>+++>+++>+<<<<-]
  >+>+>->>+ [<] <-
]
