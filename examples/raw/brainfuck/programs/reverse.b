Writes its input backwards; it ends at a cell that is zero at the end of the input (which is the convention by default)

>,[>,]<[.<]
