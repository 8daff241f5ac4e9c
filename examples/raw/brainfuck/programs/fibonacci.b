Prints the numbers of Fibonacci that fit into a cell

Cells: how many; one number and the next; a spare one; then what it takes to divide by ten twice

++++++++++++++ >>+<<                      14 of them; 0 and 1 to begin with
[
  ->
  [->>+>+<<<] >>[-<<+>>] >                the number is copied to cell 4
  >++++++++++<                            and divided by ten there:
  [->-[>+>>]>[+[-<+>]>+>>]<<<<<]
  >[-]                                    the last digit is in cell 6 and the rest in cell 7
  >>[->+<]>                               which goes to cell 8
  >++++++++++<                            and is divided by ten again:
  [->-[>+>>]>[+[-<+>]>+>>]<<<<<]
  >[-]                                    the second digit is in cell 10 and the first in cell 11
  ++++++++[->++++++>++++++<<] >>.[-]<.[-]
  <<<<<++++++++[->++++++<] >.[-]
  ++++++++++.[-]                          newline
  <<<<
  [->+<] <[->+<] >>[-<+<+>>]              the next one and their sum
  <<<
]
