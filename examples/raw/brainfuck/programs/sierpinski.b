Draws the triangle of Sierpinski: a cell of a line is one of the two above it but not both (rule 60 of Wolfram)

Cell 0 counts the lines; then three cells a place: marker and bit and scratch; place 0 at cell 3 has no marker

>++++++++[-<++++>]<                       32 lines
>>>>>> +>+>>                              the first place with its bit
+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>
+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>
+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>+>>>    and the other 31
<<<[<<<]<<<
[                                         for each line:
  ->>>>>>
  [                                       show each place
    >[->++++++++++<<->]+<[->-<]+          scratch becomes ten for a bit which is kept
    >>++++++++++++++++++++++++++++++++.   a space or a star
    [-]>
  ]
  ++++++++++.[-]                          newline
  <<<
  [                                       from the last place to the first:
    <<[->+>>+<<<]>[-<+>]                  add the bit of the place before
    >>[->+<]>[-<+>[-<->]]                 two are none
    <<<<<
  ]
  <<<
]
