Prints a greeting

++++++++++                      ten times:
[
  >+++++++ >++++++++++ >+++ >+  70 and 100 and 30 and 10
  <<<<-
]
>++.                            H
>+.                             e
+++++++ ..                      l l
+++ .                           o
>++.                            space
<<+++++++++++++++.              W
> .                             o
+++ .                           r
------ .                        l
-------- .                      d
>+ .                            exclamation mark
> .                             newline
